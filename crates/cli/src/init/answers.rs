//! What `opnc init` has to know, from options or by asking.

use std::io::{self, BufRead, IsTerminal, Write};
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use crate::failure::Failure;

const ORGANIZATION: &str = "OPNC";
const LISTEN: &str = "127.0.0.1:8090";
const DATABASE: &str = "sqlite:opnc.db";
/// The answer of who tells the state of certificates nowhere.
const NONE: &str = "none";
const ADMIN: &str = "Operator";

/// What can be given as options.
#[derive(Args)]
pub(super) struct Asked {
    /// The organisation in the names of the authorities [default: OPNC]
    #[arg(long, value_name = "NAME")]
    organization: Option<String>,

    /// The address to listen on [default: 127.0.0.1:8090]
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,

    /// How callers reach the service [default: http:// and the address]
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,

    /// Where stations and cars ask whether a certificate still counts, plain http://, for example http://status.example.org;
    /// it is written into every certificate. Served on port 8092 of the address above [default: none]
    #[arg(long, value_name = "URL")]
    status_url: Option<String>,

    /// Where the data are kept: sqlite:FILE or postgres://USER@HOST/DATABASE [default: sqlite:opnc.db]
    #[arg(long, value_name = "URL")]
    database: Option<String>,

    /// The file with the password for PostgreSQL
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,

    /// The folder of the keys and of the SQLite file [default: that of the configuration file]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,

    /// The name of the first admin [default: Operator]
    #[arg(long, value_name = "NAME")]
    admin: Option<String>,
}

/// What is decided.
pub(super) struct Answers {
    pub(super) organization: String,
    pub(super) listen: SocketAddr,
    pub(super) base_url: Option<String>,
    /// Where the state of certificates is told; `None`: nowhere.
    pub(super) status_url: Option<String>,
    pub(super) database: String,
    pub(super) password_file: Option<PathBuf>,
    pub(super) keys: PathBuf,
    pub(super) admin: String,
}

impl Asked {
    /// What was not given has its default.
    pub(super) fn with_defaults(self) -> Answers {
        let folder = self.folder.map(|folder| std::path::absolute(&folder).unwrap_or(folder));
        let keys = folder.as_ref().map_or_else(|| PathBuf::from("keys"), |folder| folder.join("keys"));
        let file =
            folder.map_or_else(|| DATABASE.to_owned(), |folder| format!("sqlite:{}", folder.join("opnc.db").display()));
        Answers {
            organization: self.organization.unwrap_or_else(|| ORGANIZATION.to_owned()),
            listen: self.listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8090))),
            base_url: self.base_url,
            status_url: self.status_url.filter(|url| url != NONE),
            database: self.database.unwrap_or(file),
            password_file: self.password_file,
            keys,
            admin: self.admin.unwrap_or_else(|| ADMIN.to_owned()),
        }
    }

    /// Asks for what was not given.
    ///
    /// # Errors
    /// When there is nobody to ask.
    pub(super) fn ask(mut self) -> Result<Answers, Failure> {
        if !io::stdin().is_terminal() {
            return Err(Failure::ecosystem("there is no terminal to ask on; with --defaults nothing is asked"));
        }
        let (mut input, mut output) = (io::stdin().lock(), io::stderr().lock());
        self.fill(&mut input, &mut output)?;
        Ok(self.with_defaults())
    }

    fn fill(&mut self, input: &mut impl BufRead, output: &mut impl Write) -> Result<(), Failure> {
        let text = |answer: &str| Some(answer.to_owned());
        question(
            &mut self.organization,
            "The organisation in the names of the authorities",
            ORGANIZATION,
            text,
            (input, output),
        )?;
        question(&mut self.listen, "The address to listen on", LISTEN, |answer| answer.parse().ok(), (input, output))?;
        let listen = self.listen.map_or_else(|| LISTEN.to_owned(), |listen| listen.to_string());
        question(
            &mut self.base_url,
            "How callers reach the service",
            &format!("http://{listen}"),
            text,
            (input, output),
        )?;
        question(
            &mut self.status_url,
            "Where stations and cars ask whether a certificate still counts (http://…, written into each of them)",
            NONE,
            text,
            (input, output),
        )?;
        let file = self.folder.as_ref().map(|folder| format!("sqlite:{}", folder.join("opnc.db").display()));
        question(
            &mut self.database,
            "Where the data are kept",
            file.as_deref().unwrap_or(DATABASE),
            text,
            (input, output),
        )
    }
}

/// Asks until the answer can be read. No answer leaves the default.
fn question<T>(
    value: &mut Option<T>,
    what: &str,
    default: &str,
    read: impl Fn(&str) -> Option<T>,
    (input, output): (&mut impl BufRead, &mut impl Write),
) -> Result<(), Failure> {
    while value.is_none() {
        write!(output, "{what} [{default}]: ").and_then(|()| output.flush()).map_err(Failure::Write)?;
        let mut line = String::new();
        let length = input.read_line(&mut line).map_err(Failure::ecosystem)?;
        if length == 0 {
            return Err(Failure::ecosystem("the input ended before everything was answered"));
        }
        match line.trim() {
            "" => return Ok(()),
            answer => *value = read(answer),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nothing() -> Asked {
        Asked {
            organization: None,
            listen: None,
            base_url: None,
            status_url: None,
            database: None,
            password_file: None,
            folder: None,
            admin: None,
        }
    }

    #[test]
    fn a_wrong_answer_is_asked_for_again_and_none_is_the_default() {
        let mut asked = nothing();
        let mut output = Vec::new();
        asked.fill(&mut "Example\nhere\n0.0.0.0:443\n\nnone\n\n".as_bytes(), &mut output).unwrap();
        let output = String::from_utf8(output).unwrap();
        assert_eq!(output.matches("The address to listen on [127.0.0.1:8090]: ").count(), 2, "{output}");
        assert!(output.contains("[http://0.0.0.0:443]"), "{output}");
        let answers = asked.with_defaults();
        assert_eq!((answers.organization.as_str(), answers.listen.port()), ("Example", 443));
        assert_eq!((answers.base_url, answers.status_url, answers.database.as_str()), (None, None, DATABASE));
    }

    #[test]
    fn what_was_given_is_not_asked() {
        let mut asked = Asked { organization: Some("A".into()), base_url: Some("https://a".into()), ..nothing() };
        let mut output = Vec::new();
        assert!(asked.fill(&mut "".as_bytes(), &mut output).is_err(), "the input ends at the first question");
        assert!(String::from_utf8(output).unwrap().starts_with("The address"));
    }
}
