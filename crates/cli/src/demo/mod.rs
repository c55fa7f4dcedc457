//! `opnc demo`: the whole story of a contract, from the roots to the charging car, over HTTP and with real cryptography.

mod abroad;
mod cast;
mod keepsakes;
mod scenes;
mod story;

use std::path::PathBuf;

use clap::Args;

use crate::failure::Failure;
use crate::{Verdict, output};
use cast::Cast;
use keepsakes::Keepsakes;
use story::Story;

/// Run a whole ecosystem and let a car get its contract, with a line per step and what was proved in it
///
/// Everything is made anew: PKIs of a V2G root, a carmaker and a mobility provider, a database in a temporary directory, a
/// server on a loopback port. Every step is an HTTP request of the party that would make it, and every message is real
/// ISO 15118-2 EXI. The exit code is 0 only when every check held.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Demo {
    /// Leave the roots, the car's and contract's certificates and keys, and both messages in this directory
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Print the steps as JSON, when all is done
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  opnc demo                     tell the story
  opnc demo --out ./contract    and keep the certificates, keys and messages in it
  opnc demo --json              the steps for machines";

impl Demo {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        let runtime = tokio::runtime::Runtime::new().map_err(Failure::ecosystem)?;
        runtime.block_on(self.tell())
    }

    async fn tell(self) -> Result<Verdict, Failure> {
        let mut story = Story::new(!self.json);
        let told = tell(&mut story).await;
        if self.json {
            output::print_json(&story.record())?;
        }
        let keepsakes = told?;
        if let Some(directory) = &self.out {
            keepsakes.leave_in(directory, &story)?;
        }
        if !self.json {
            output::print(format!("\nEvery check held: {} steps.\n", story.record().steps.len()))?;
        }
        Ok(Verdict::Passed)
    }
}

async fn tell(story: &mut Story) -> Result<Keepsakes, Failure> {
    let directory = tempfile::tempdir().map_err(Failure::ecosystem)?;
    let mut cast = Cast::gather(directory.path()).await?;

    story.chapter("The trust anchors")?;
    scenes::roots::add(story, &cast).await?;
    scenes::roots::read(story, &cast).await?;

    story.chapter("The car")?;
    let car = scenes::car::publish(story, &mut cast).await?;
    let leaf = scenes::car::fetch(story, &cast, &car).await?;

    story.chapter("The contracts")?;
    scenes::contracts::generate(story, &cast, &car).await?;
    scenes::contracts::sign(story, &mut cast, &car, &leaf).await?;
    scenes::contracts::choose(story, &cast, &car).await?;

    story.chapter("At the charging station")?;
    let installation = scenes::charging::install(story, &cast, &car).await?;
    scenes::charging::fetch_by_air(story, &cast, &car, &installation).await?;
    let contract = scenes::charging::accept(story, &cast, &car, &installation)?;

    story.chapter("Whether the contract is good")?;
    let roots = directory.path().join("roots.store");
    scenes::trust::authorize(story, &cast, &contract).await?;
    scenes::trust::fetch(story, &cast, &roots).await?;
    scenes::trust::offline(story, &mut cast, &roots, &contract)?;

    story.chapter("The next generation: ISO 15118-20")?;
    let next = scenes::iso20::roots(story, &mut cast).await?;
    scenes::iso20::both(story, &mut cast, &next, &car).await?;
    let car20 = scenes::iso20::only(story, &mut cast, &next).await?;
    scenes::iso20::contracts(story, &mut cast, &next, &car20).await?;
    let installation20 = scenes::iso20::install(story, &cast, car20).await?;

    story.chapter("What is refused")?;
    scenes::refusals::wrong_emsp(story, &cast).await?;
    scenes::trust::cancelled(story, &cast, &contract).await?;
    scenes::refusals::tampered(story, &cast, &car).await?;
    scenes::refusals::unknown_car(story, &mut cast).await?;
    scenes::refusals::expired(story, &mut cast).await?;
    scenes::trust::too_old(story, &cast, &roots, &contract)?;

    story.chapter("Three ecosystems as one")?;
    let (two, three) = scenes::abroad::meet(story, &cast, directory.path()).await?;
    let roaming = scenes::abroad::car_of_one(story, &mut cast, &two, &three).await?;
    scenes::abroad::contract_of_two(story, &two, &roaming).await?;
    scenes::abroad::station_of_three(story, &three, &roaming).await?;
    let liar = scenes::abroad::lie(story, &mut cast, &two, directory.path()).await?;
    scenes::abroad::down(story, two, &three, &roaming).await?;
    three.launched.end().await;
    liar.launched.end().await;

    let keepsakes = Keepsakes::of(&cast, car, installation, contract, &next, installation20);
    cast.launched.end().await;
    Ok(keepsakes)
}
