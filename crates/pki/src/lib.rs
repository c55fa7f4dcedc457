//! Certificates, keys, profiles, chains and contract data of the Plug & Charge PKIs.
