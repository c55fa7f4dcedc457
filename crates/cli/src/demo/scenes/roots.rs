//! Trust anchors: the operator adds them, everybody reads them.

use opnc_client::RootFilter;
use opnc_messages::RootType;

use crate::demo::cast::Cast;
use crate::demo::story::Story;
use crate::ecosystem::root_certificate;
use crate::failure::Failure;

/// The operator puts the roots of three PKIs into the RCP.
pub(crate) async fn add(story: &mut Story, cast: &Cast) -> Result<(), Failure> {
    let roots = [
        (&cast.v2g_root, RootType::V2g),
        (cast.oem_pki.root.certificate(), RootType::Oem),
        (cast.emsp_pki.root.certificate(), RootType::Emsp),
    ];
    let mut told = Vec::new();
    for (root, root_type) in roots {
        let added = cast.admin.put_root_certificate(&root_certificate(root, root_type)?).await;
        if let Err(error) = added {
            return story.step("Operator", "adds the roots", Err(error.to_string()));
        }
        let fingerprint: String = root.fingerprint().to_string().chars().take(16).collect();
        told.push(format!("{} {fingerprint}…", root_type.as_str()));
    }
    let proved = format!("fingerprints confirmed: {}", told.join(", "));
    story.step("Operator", "adds the roots of three separate PKIs to the RCP", Ok(((), proved)))
}

/// A charge point operator reads them.
pub(crate) async fn read(story: &mut Story, cast: &Cast) -> Result<(), Failure> {
    let outcome = async {
        let all = cast.cpo_b.get_root_certificates(RootFilter::default()).await.map_err(|error| error.to_string())?;
        let v2g = RootFilter { pki_type: Some(RootType::V2g), ..RootFilter::default() };
        let v2g = cast.cpo_b.get_root_certificates(v2g).await.map_err(|error| error.to_string())?;
        let fingerprints: Vec<_> = v2g.root_certificate_collection.iter().map(|root| root.fingerprint).collect();
        if all.root_certificate_collection.len() != 3 || fingerprints != [Some(cast.v2g_root.fingerprint())] {
            return Err("the RCP does not hold what was put into it".to_owned());
        }
        Ok(((), "3 roots in all; filtered by type, exactly the V2G root".to_owned()))
    };
    story.step("CPO B", "reads the roots", outcome.await)
}
