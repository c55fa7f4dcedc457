# The image of opnc: one program, no shell, no root.
#
#   docker build -t opnc .
#   docker run -v opnc:/var/lib/opnc opnc init --defaults --listen 0.0.0.0:8090 --status-url http://status.opnc.example
#   docker run -v opnc:/var/lib/opnc -p 8090:8090 -p 80:8092 opnc
#
# docs/how-to/install.md has the whole way, docker-compose.yml the same with PostgreSQL.

FROM rust:1.90-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --release --locked --package opnc \
    && mkdir -p /out/var/lib/opnc \
    && cp target/release/opnc /out/opnc

# glibc, libgcc, CA certificates and a user without rights: what the program links to, and nothing else. The numbers are
# those of that user.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /out/opnc /usr/bin/opnc
COPY --from=build --chown=65532:65532 /out/var/lib/opnc /var/lib/opnc
USER 65532:65532
WORKDIR /var/lib/opnc
ENV OPNC_CONFIG=/var/lib/opnc/opnc.toml
VOLUME /var/lib/opnc
# 8092: the state of certificates, where `init` was given a URL for it.
EXPOSE 8090 8092
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/bin/opnc"]
CMD ["serve"]
