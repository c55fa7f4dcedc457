//! The public listener: every operation with its handler, in one table, under every spelling of the version (P1).

use axum::Router;
use axum::extract::OriginalUri;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, get, on, post};
use opnc_messages::{Operation, Service};

use crate::error::Refusal;
use crate::extract::authorize;
use crate::routes::{ccp, cps, est, event, federation, pcp, pki, rcp, trust};
use crate::state::App;
use crate::{limits, oauth, openapi};

use super::{Routes, dress, health};

/// How callers may spell the one version there is.
const VERSIONS: [&str; 4] = ["v1", "1", "1.0", "1.0.0"];

/// The services of OPNC and the tokens for them; health too where there is no listener of its own for it.
pub(crate) fn public(app: &App) -> Routes {
    let listener = &app.config().public;
    let mut router = Router::new();
    for operation in Operation::ALL {
        let Some(handler) = handler(*operation) else { continue };
        let handler = handler.layer(from_fn_with_state((app.clone(), *operation), authorize));
        for version in VERSIONS {
            router = router.route(&path(*operation, version), handler.clone());
            if *operation == Operation::RevokeCert {
                // P3: the prose has it without the path's second "pki".
                router = router.route(&format!("/opnc/{version}/pki/revokeCertificate"), handler.clone());
            }
            let info = operation.info();
            if info.service == Service::Event {
                // P2: the file's paths repeat the prefix that its server has.
                let doubled = format!("/opnc/{version}/event{}{}", info.service.prefix(), info.path);
                router = router.route(&doubled, handler.clone());
            }
        }
    }
    for version in VERSIONS {
        router =
            router.route(&format!("/opnc/{version}/trust/keys"), get(trust::keys)).merge(est::beside(app, version));
    }
    router = router.merge(est::well_known(app));
    // Anybody can send a token request, and slowly.
    let token_places = limits::places(listener.most_requests.div_ceil(4));
    let router = router
        .route(oauth::TOKEN_PATH, post(oauth::token).layer(from_fn_with_state(token_places, limits::take_place)))
        .route(oauth::JWKS_PATH, get(oauth::key_set))
        .route(oauth::METADATA_PATH, get(oauth::metadata))
        .merge(openapi::routes(app));
    let beside = if app.config().admin.is_some() { Router::new() } else { health() };
    dress(app, limits::WorkLimits::new(listener), router, beside.fallback(nothing_here)).into()
}

/// The handler of each operation; `None` where this server offers nothing.
fn handler(operation: Operation) -> Option<MethodRouter<App>> {
    use Operation as Op;
    let method =
        MethodFilter::try_from(axum::http::Method::from_bytes(operation.info().method.as_bytes()).ok()?).ok()?;
    Some(match operation {
        Op::GetRootCertificate => on(method, rcp::get),
        Op::GetRootCertificates => on(method, rcp::list),
        Op::PutRootCertificate => on(method, rcp::put),
        Op::DeleteRootCertificate => on(method, rcp::delete),
        Op::AddProvisioningCertificate => on(method, pcp::add),
        Op::DeleteProvisioningCertificate => on(method, pcp::delete),
        Op::GetProvisioningCertificate => on(method, pcp::get),
        Op::LookUpVehicle => on(method, pcp::look_up),
        Op::GetCpsCertificates => on(method, cps::certificates),
        Op::SignContractData => on(method, cps::sign),
        Op::GenerateAndSignContractData => on(method, cps::generate_and_sign),
        Op::GetSignedContractDataByCertificateInstallationReq => on(method, ccp::install),
        Op::DeleteSignedContractDataByEmaid => on(method, ccp::delete),
        Op::GetContractDataByEmaid => on(method, ccp::by_emaid),
        Op::GetContractDataByPcid => on(method, ccp::by_pcid),
        Op::GetSignedContractDataByEmaidAndPcid => on(method, ccp::by_emaid_and_pcid),
        Op::AddSignedContractData => on(method, ccp::add),
        Op::SetSignedContractDataAsDefault => on(method, ccp::set_default),
        Op::SimpleEnroll => on(method, est::enroll),
        Op::CaCerts => on(method, est::ca_certificates),
        Op::RevokeCert => on(method, pki::revoke),
        Op::ResolveTrust => on(method, trust::resolve),
        Op::AuthorizeContract => on(method, trust::authorize),
        Op::FactoryReset => on(method, ccp::factory_reset),
        Op::GetEndpoints => on(method, event::list),
        Op::GetEndpointById => on(method, event::get),
        Op::PostEndpoint => on(method, event::post),
        Op::UpdateEndpointById => on(method, event::put),
        Op::DeleteEndpointById => on(method, event::delete),
        Op::GetTrustBundle => on(method, trust::bundle),
        Op::GetPeers => on(method, federation::peers),
    })
}

fn path(operation: Operation, version: &str) -> String {
    let info = operation.info();
    format!("/opnc/{version}/{}{}", info.service.as_str(), info.path)
}

/// 404 for a path that is none, with what may have been meant.
async fn nothing_here(OriginalUri(uri): OriginalUri) -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, why_nothing(uri.path()))
}

fn why_nothing(path: &str) -> String {
    let mut segments = path.split('/').skip(1);
    if segments.next() != Some("opnc") {
        return "There is nothing at this path; the services of OPNC are below /opnc/v1/.".to_owned();
    }
    if segments.next().is_none_or(|version| !VERSIONS.contains(&version)) {
        return format!("This version of OPNC is not served here. Served are: {}.", VERSIONS.join(", "));
    }
    let named = segments.next().unwrap_or_default();
    let service = Service::ALL.into_iter().find(|service| service.as_str() == named);
    let served = |service: Service| {
        Operation::ALL.iter().map(|operation| operation.info()).any(|info| info.service == service && info.served)
    };
    match service {
        Some(service) if served(service) => format!("The service {named} has nothing at this path."),
        Some(_) => format!("The service {named} is not offered here."),
        None => "OPNC has no such service.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use opnc_services::access;

    #[test]
    fn each_served_operation_has_a_route_and_an_access_row_and_no_other() {
        for operation in Operation::ALL {
            let served = operation.info().served;
            assert_eq!(handler(*operation).is_some(), served, "route of {operation:?}");
            assert_eq!(access::row_of(*operation).is_some(), served, "access row of {operation:?}");
        }
    }

    #[test]
    fn paths_of_the_official_files() {
        let operation = Operation::SetSignedContractDataAsDefault;
        assert_eq!(path(operation, "v1"), "/opnc/v1/ccp/signedcontractdata/{emaid}/{pcid}/setdefault");
    }

    #[test]
    fn a_wrong_path_says_what_may_have_been_meant() {
        for (path, expected) in [
            ("/", "below /opnc/v1/"),
            ("/opnc", "Served are: v1, 1, 1.0, 1.0.0."),
            ("/opnc/v2/rcp/rootcertificates", "Served are: v1, 1, 1.0, 1.0.0."),
            ("/opnc/1.1.0/rcp/rootcertificates", "Served are: v1, 1, 1.0, 1.0.0."),
            ("/opnc/v1/rcp/roots", "The service rcp has nothing"),
            ("/opnc/v1/pki/cacerts", "The service pki has nothing"),
            ("/opnc/v1/event/opnc/v1/event/hooks", "The service event has nothing"),
            ("/opnc/v1/xyz", "no such service"),
        ] {
            assert!(why_nothing(path).contains(expected), "{path}: {}", why_nothing(path));
        }
    }
}
