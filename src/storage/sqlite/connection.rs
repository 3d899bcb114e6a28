//! How queries come to a connection, be it a reader's or the writer's.

use std::ops::DerefMut;

use sqlx::sqlite::SqliteConnection;

use crate::storage::StoreResult;

/// Where the connection for the next statements comes from.
pub(super) trait Access: Send {
    /// The connection, held for one question.
    type Held<'a>: Held
    where
        Self: 'a;

    /// Holds a connection until the answer is settled.
    fn hold(&mut self) -> impl Future<Output = StoreResult<Self::Held<'_>>> + Send;
}

/// A connection held for one question.
pub(super) trait Held: DerefMut<Target = SqliteConnection> + Send {
    /// States how the question ended, so that a connection in an unknown state is not used again.
    fn settle<T>(self, outcome: StoreResult<T>) -> StoreResult<T>;
}

/// Asks one question: holds a connection, runs the query function on it, settles.
macro_rules! ask {
    ($access:expr, $query:path $(, $argument:expr)* $(,)?) => {{
        let mut held = $crate::storage::sqlite::connection::Access::hold(&mut $access).await?;
        let outcome = $query(&mut held $(, $argument)*).await;
        $crate::storage::sqlite::connection::Held::settle(held, outcome)
    }};
}

pub(super) use ask;
