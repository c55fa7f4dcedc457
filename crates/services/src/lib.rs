//! What an ecosystem decides: access, pools, contract data.
