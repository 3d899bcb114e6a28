//! Sends mail through an SMTP relay.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use lettre::address::Envelope;
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use super::{MailError, Mailer, message};
use crate::clock::Clock;
use crate::config::SmtpEncryption;
use crate::model::{EmailAddress, MailId, OutgoingMail, Secret};

/// Longest wait for a connection or for one answer.
const STEP: Duration = Duration::from_secs(10);
/// Longest time for one mail in all, so that a relay that drips bytes cannot hold up the outbox.
const WHOLE: Duration = Duration::from_secs(30);

/// How to reach the relay.
#[derive(Clone, Debug)]
pub struct Relay {
    /// Host.
    pub host: String,
    /// Port.
    pub port: u16,
    /// TLS.
    pub encryption: SmtpEncryption,
    /// User and password, if the relay wants them.
    pub login: Option<(String, Secret)>,
}

/// Sends through one relay over a small pool of connections.
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: EmailAddress,
    clock: Arc<dyn Clock>,
}

impl SmtpMailer {
    /// Prepares the connection; nothing is sent yet.
    pub fn new(relay: &Relay, from: EmailAddress, clock: Arc<dyn Clock>) -> Result<Self, MailError> {
        let tls = || {
            TlsParameters::new(relay.host.clone())
                .map_err(|_| MailError::permanent("the relay's host name is no name for TLS"))
        };
        let tls = match relay.encryption {
            SmtpEncryption::StartTls => Tls::Required(tls()?),
            SmtpEncryption::Tls => Tls::Wrapper(tls()?),
            SmtpEncryption::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(relay.host.clone())
            .port(relay.port)
            .timeout(Some(STEP))
            .pool_config(PoolConfig::new().max_size(4).idle_timeout(Duration::from_secs(30)))
            .tls(tls);
        if let Some((user, password)) = &relay.login {
            builder = builder.credentials(Credentials::new(user.clone(), password.expose().to_owned()));
        }
        Ok(Self { transport: builder.build(), from, clock })
    }

    /// The same message without the right to stop the recipient's mails, which the header and the texts hold: the reader of
    /// a copy gets the page where a mailbox is proved first (INV6).
    fn copy(&self, mail: &OutgoingMail, id: MailId) -> Result<Vec<u8>, MailError> {
        let mut copy = OutgoingMail { unsubscribe: None, ..mail.clone() };
        if let Some((right, (page, _))) = mail.unsubscribe.as_deref().and_then(|url| Some((url, url.rsplit_once('/')?)))
        {
            copy.text = copy.text.replace(right, page);
            copy.html = copy.html.replace(right, page);
        }
        Ok(message::build(&self.from, &copy, id, self.clock.now())?.formatted())
    }

    async fn deliver(&self, to: &EmailAddress, content: &[u8]) -> Result<(), MailError> {
        let envelope = Envelope::new(Some(message::address(&self.from)?), vec![message::address(to)?])
            .map_err(|_| MailError::permanent("the mail has no recipient"))?;
        match tokio::time::timeout(WHOLE, self.transport.send_raw(&envelope, content)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(reason(&error)),
            Err(_) => Err(MailError::unreachable("the relay took too long")),
        }
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: &OutgoingMail, id: MailId) -> Result<(), MailError> {
        let content = message::build(&self.from, mail, id, self.clock.now())?.formatted();
        self.deliver(&mail.to, &content).await?;
        // The copy goes by itself: a mistyped copy must not stop the invitation, and a retry for the copy would send
        // the invitation twice.
        if let Some(cc) = &mail.cc
            && let Err(error) = self.deliver(cc, &self.copy(mail, id)?).await
        {
            tracing::warn!(mail.id = %id.0, reason = %error, "the copy of a mail was not delivered");
        }
        Ok(())
    }
}

/// What the relay's answer means. Only 550 to 556 speak about this mail or its recipient (RFC 5321 §4.2.3); 5xx about
/// sign-in or commands is a fault of the settings, which somebody will repair.
fn reason(error: &lettre::transport::smtp::Error) -> MailError {
    match error.status().map(u16::from) {
        Some(code @ 550..=556) => MailError::refused(format!("the relay answered {code}")),
        Some(421) => MailError::unreachable("the relay answered 421"),
        Some(code @ 400..=499) => MailError::temporary(format!("the relay answered {code}")),
        Some(code) => MailError::unreachable(format!("the relay answered {code}; check its settings")),
        None if error.is_tls() => MailError::unreachable("no TLS with the relay"),
        None if error.is_timeout() => MailError::unreachable("the relay took too long"),
        None => {
            let kind =
                error.source().and_then(|cause| cause.downcast_ref::<std::io::Error>()).map(std::io::Error::kind);
            MailError::unreachable(kind.map_or_else(
                || "no connection to the relay".to_owned(),
                |kind| format!("no connection to the relay: {kind}"),
            ))
        }
    }
}
