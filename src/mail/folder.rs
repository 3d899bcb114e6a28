//! Puts mails as `.eml` files into a folder: the way out until SMTP is set.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use tokio::io::AsyncWriteExt;

use super::{MailError, Mailer, message};
use crate::clock::Clock;
use crate::model::{EmailAddress, MailId, OutgoingMail};

/// Writes `{mail id}.eml`; a mail sent twice is one file.
pub struct FolderMailer {
    folder: PathBuf,
    from: EmailAddress,
    clock: Arc<dyn Clock>,
}

impl FolderMailer {
    /// Mails go to `folder`, which is made when the first one comes.
    pub fn new(folder: PathBuf, from: EmailAddress, clock: Arc<dyn Clock>) -> Self {
        Self { folder, from, clock }
    }
}

#[async_trait]
impl Mailer for FolderMailer {
    async fn send(&self, mail: &OutgoingMail, id: MailId) -> Result<(), MailError> {
        let message = message::build(&self.from, mail, id, self.clock.now())?;
        write(&self.folder, &format!("{}.eml", id.0.as_hyphenated()), &message.formatted())
            .await
            .map_err(|error| MailError::unreachable(format!("the mail folder cannot be written: {}", error.kind())))
    }
}

/// Writes the file aside and renames it, so that a reader never sees half a mail.
async fn write(folder: &Path, name: &str, content: &[u8]) -> std::io::Result<()> {
    tokio::fs::create_dir_all(folder).await?;
    let aside = folder.join(format!(".{name}.part"));
    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    // Passcodes are secrets: only our own user may read them.
    #[cfg(unix)]
    options.mode(0o600);
    let mut file = options.open(&aside).await?;
    file.write_all(content).await?;
    file.sync_all().await?;
    drop(file);
    tokio::fs::rename(&aside, folder.join(name)).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_doubles::TestClock;

    #[tokio::test]
    async fn a_mail_becomes_one_file_however_often_it_is_sent() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("mail");
        let mailer =
            FolderMailer::new(inner.clone(), "no-reply@login.example".parse().unwrap(), TestClock::at(1_700_000_000));
        let mail = OutgoingMail {
            tenant: None,
            to: "guest@fabrikam.example".parse().unwrap(),
            cc: None,
            from_name: "Vestibule".to_owned(),
            reply_to: None,
            subject: "Hello".to_owned(),
            text: "text".to_owned(),
            html: "<p>html</p>".to_owned(),
            language: "en".to_owned(),
            short_lived: false,
            invitation: None,
            unsubscribe: None,
            logo: None,
        };
        let id = MailId(uuid::Uuid::nil());
        mailer.send(&mail, id).await.unwrap();
        mailer.send(&mail, id).await.unwrap();
        let names: Vec<_> =
            std::fs::read_dir(&inner).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        assert_eq!(names, ["00000000-0000-0000-0000-000000000000.eml"]);
        let content = std::fs::read_to_string(inner.join(&names[0])).unwrap();
        assert!(content.contains("To: guest@fabrikam.example\r\n"), "{content}");
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_made_is_tried_again_later() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mailer = FolderMailer::new(
            file.path().join("below-a-file"),
            "no-reply@login.example".parse().unwrap(),
            TestClock::at(1_700_000_000),
        );
        let mail = OutgoingMail {
            tenant: None,
            to: "guest@fabrikam.example".parse().unwrap(),
            cc: None,
            from_name: "Vestibule".to_owned(),
            reply_to: None,
            subject: "Hello".to_owned(),
            text: "text".to_owned(),
            html: String::new(),
            language: "en".to_owned(),
            short_lived: false,
            invitation: None,
            unsubscribe: None,
            logo: None,
        };
        let error = mailer.send(&mail, MailId(uuid::Uuid::nil())).await.unwrap_err();
        assert!(!error.permanent && error.unreachable);
    }
}
