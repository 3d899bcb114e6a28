//! An operation of the admin API: what it is called, who may, what comes in and goes out, and what does it.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::asking::Asking;
use super::body::Fields;
use super::caller::{Caller, broken};
use super::errors::GraphError;
use super::odata::page::Pages;
use super::odata::{Options, QueryOption, evaluate};
use super::schema::Entity;
use crate::app::App;
use crate::guests::{self, GuestContext};
use crate::model::Permission;
use crate::model::Tenant;
use crate::snapshot::Snapshot;
use crate::tenants::own_domains::Claimant;

/// Who may use an operation by a delegated token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delegated {
    /// Administrators of the tenant.
    Admin,
    /// Every user; the verb behind it looks at who that is.
    Anybody,
    /// Every user, and no application by itself.
    UserOnly,
}

/// What an operation takes as body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Takes {
    /// The object.
    pub entity: &'static Entity,
    /// Whether it makes one rather than changing one.
    pub creating: bool,
    /// Most bytes.
    pub limit: usize,
}

/// What an operation answers when it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// One object.
    One(&'static Entity),
    /// One object, made now.
    Created(&'static Entity),
    /// A collection.
    List(&'static Entity),
    /// A number as text.
    Number,
    /// A file.
    File,
    /// Nothing.
    Nothing,
}

impl Gives {
    /// The kind of object that it shows, if any.
    pub fn entity(self) -> Option<&'static Entity> {
        match self {
            Self::One(entity) | Self::Created(entity) | Self::List(entity) => Some(entity),
            Self::Number | Self::File | Self::Nothing => None,
        }
    }
}

/// What does it.
pub type Handler = fn(Call) -> BoxFuture<'static, Result<Reply, GraphError>>;

/// One operation. Everything that decides who may do what stands here, so that no handler can forget it.
#[derive(Clone, Copy)]
pub struct Operation {
    /// Its name in documents, e.g. `users.list`.
    pub id: &'static str,
    /// Its method.
    pub method: Verb,
    /// Its path below `/v1.0`, with `{parameters}`.
    pub path: &'static str,
    /// What it does.
    pub words: &'static str,
    /// One of these is needed.
    pub needs: &'static [Permission],
    /// By whom with a delegated token.
    pub delegated: Delegated,
    /// The query options that it has.
    pub query: &'static [QueryOption],
    /// What can be asked by them; `None` where it is every plain property.
    pub asking: Option<&'static Asking>,
    /// The body that it takes.
    pub takes: Option<Takes>,
    /// Its answer.
    pub gives: Gives,
    /// How answers name themselves in `@odata.context`.
    pub set: &'static str,
    /// Whether `Idempotency-Key` works.
    pub repeatable: bool,
    /// What does it.
    pub handler: Handler,
}

/// The methods of the API; `http::Method` cannot stand in a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
}

impl Verb {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// Whether a request has this method.
    pub fn is(self, method: &Method) -> bool {
        self.as_str() == method.as_str()
    }
}

impl Operation {
    /// An operation that reads; the rest is filled in by the methods below.
    pub const fn new(
        id: &'static str,
        method: Verb,
        path: &'static str,
        words: &'static str,
        needs: &'static [Permission],
        gives: Gives,
        handler: Handler,
    ) -> Self {
        Self {
            id,
            method,
            path,
            words,
            needs,
            delegated: Delegated::Admin,
            query: super::odata::NONE,
            asking: None,
            takes: None,
            gives,
            set: "",
            repeatable: false,
            handler,
        }
    }

    /// The same with these query options.
    pub const fn with(self, query: &'static [QueryOption]) -> Self {
        Self { query, ..self }
    }

    /// The same, where not every plain property can be asked for.
    pub const fn asking(self, asking: &'static Asking) -> Self {
        Self { asking: Some(asking), ..self }
    }

    /// The same, named so in `@odata.context`.
    pub const fn set(self, set: &'static str) -> Self {
        Self { set, ..self }
    }

    /// The same, taking a body that makes an object.
    pub const fn making(self, entity: &'static Entity) -> Self {
        Self { takes: Some(Takes { entity, creating: true, limit: super::body::LIMIT }), ..self }
    }

    /// The same, taking a body that changes an object.
    pub const fn changing(self, entity: &'static Entity) -> Self {
        Self { takes: Some(Takes { entity, creating: false, limit: super::body::LIMIT }), ..self }
    }

    /// The same, for whom with a delegated token.
    pub const fn delegated(self, delegated: Delegated) -> Self {
        Self { delegated, ..self }
    }
}

/// An object as it goes out: every property that it has, whether selected or not.
pub type Row = Map<String, Value>;

/// Makes a row out of a JSON object.
pub fn row(value: Value) -> Row {
    match value {
        Value::Object(row) => row,
        _ => Row::new(),
    }
}

/// What a handler answers.
#[derive(Debug)]
pub enum Reply {
    /// One object, found or made.
    One(Row),
    /// A page of objects.
    List {
        /// The objects.
        rows: Vec<Row>,
        /// Where the next page is.
        next: Option<String>,
        /// How many there are on all pages, if that was asked.
        count: Option<u64>,
    },
    /// A number.
    Number(u64),
    /// A file.
    File {
        /// Its bytes.
        bytes: Bytes,
        /// Its media type.
        media_type: &'static str,
    },
    /// Done.
    Nothing,
}

/// One call that is allowed, with everything a handler needs.
pub struct Call {
    /// The bench.
    pub app: Arc<App>,
    /// All tenants and apps, as they were when the call came.
    pub snapshot: Arc<Snapshot>,
    /// The caller's tenant.
    pub tenant: Arc<Tenant>,
    /// The caller.
    pub caller: Caller,
    /// Path parameters, in order.
    pub parameters: Vec<String>,
    /// Query options.
    pub options: Options,
    /// The body, checked.
    pub fields: Fields,
    /// The path as it was asked, with `/v1.0`.
    pub path: String,
}

impl Call {
    /// The context of verbs about guests.
    pub fn guests(&self) -> GuestContext<'_> {
        guests::context(&self.app, &self.snapshot, &self.tenant)
    }

    /// A path parameter; empty if there is none, which no id is.
    pub fn parameter(&self, position: usize) -> &str {
        self.parameters.get(position).map(String::as_str).unwrap_or_default()
    }

    /// A path parameter that is an id. Whatever is none names nothing.
    pub fn id<T: std::str::FromStr>(&self, position: usize) -> Result<T, GraphError> {
        self.parameter(position).parse().map_err(|_| GraphError::not_found())
    }

    /// Who changes something of the organization itself.
    pub fn claimant(&self) -> Claimant {
        self.caller.user.as_ref().map_or(Claimant::Application(self.caller.app), |user| Claimant::User(user.id))
    }

    /// The origin of the API.
    pub fn origin(&self) -> &str {
        self.app.urls.origin()
    }

    /// Where the page begins that is asked for.
    pub fn begin<T: DeserializeOwned>(&self) -> Result<Option<T>, GraphError> {
        self.with_pages(|pages| pages.begin())
    }

    /// The link to the next page.
    pub fn link<T: Serialize>(&self, mark: &T) -> Result<String, GraphError> {
        self.with_pages(|pages| pages.link(self.origin(), mark))
    }

    fn with_pages<T>(&self, work: impl FnOnce(&Pages<'_>) -> T) -> T {
        let caller = self.caller.name();
        let (keys, options) = (self.app.keys.as_ref(), &self.options);
        work(&Pages { keys, tenant: self.tenant.id, caller: &caller, path: &self.path, options })
    }

    /// Answers with objects that are at hand anyway, such as those of the configuration: filtered, ordered and paged here.
    pub fn at_hand(&self, entity: &'static Entity, rows: Vec<Row>) -> Result<Reply, GraphError> {
        let options = &self.options;
        for (name, _) in &options.order {
            evaluate::known(name, entity)?;
        }
        let mut rows: Vec<Row> = rows
            .into_iter()
            .filter(|row| options.filter.as_ref().is_none_or(|filter| evaluate::passes(filter, row)))
            .filter(|row| options.search.as_ref().is_none_or(|search| evaluate::found(search, row)))
            .collect();
        rows.sort_by(|one, other| evaluate::order(&options.order, one, other));
        let count = options.count.then_some(rows.len() as u64);
        let begin = self.begin::<usize>()?.unwrap_or(options.skip as usize);
        let end = begin.saturating_add(options.limit() as usize);
        let next = if end < rows.len() { Some(self.link(&end)?) } else { None };
        let rows = rows.into_iter().skip(begin).take(options.limit() as usize).collect();
        Ok(Reply::List { rows, next, count })
    }

    /// Something below failed.
    pub fn broken(&self, error: &dyn std::error::Error) -> GraphError {
        broken("a call of the admin API could not be answered", error)
    }
}
