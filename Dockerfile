# The image: built with Rust on Debian 12, run on nothing but glibc, by a user without rights.
# tests/dockerfile_replay replays every step in an empty folder, without an engine.
#
#   docker build -t vestibule .
#   docker run -p 8443:8443 -p 8025:8025 vestibule demo --listen 0.0.0.0
#   docker run -p 443:8443 -p 80:8444 -v ./config:/etc/vestibule/config -v ./certs:/etc/vestibule/certs -v vestibule:/var/lib/vestibule vestibule

FROM rust:1.95-bookworm AS build
ARG PROFILE=dist
# Whatever writes the time of the build into its output writes this one, so that the same sources give the same image.
ARG SOURCE_DATE_EPOCH=0
ENV SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH
WORKDIR /build
COPY . .
RUN cargo build --locked --profile "$PROFILE" --bin vestibule
RUN install -D "target/$PROFILE/vestibule" image/vestibule \
    && mkdir -p image/certs image/data \
    && cp -R config image/config

FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /build/image/vestibule /usr/local/bin/vestibule
COPY --from=build /build/image/config /etc/vestibule/config
COPY --from=build --chown=65532:65532 /build/image/certs /etc/vestibule/certs
COPY --from=build --chown=65532:65532 /build/image/data /var/lib/vestibule
WORKDIR /etc/vestibule
# Inside a container loopback reaches nobody. The demo does not read these; it has --listen.
ENV VESTIBULE_LISTEN__HTTPS=0.0.0.0:8443
ENV VESTIBULE_LISTEN__HTTP=0.0.0.0:8444
ENV VESTIBULE_LISTEN__HEALTH=0.0.0.0:8445
USER 65532:65532
VOLUME /var/lib/vestibule
EXPOSE 8443 8444 8445
HEALTHCHECK --interval=10s --timeout=5s --start-period=5s CMD ["/usr/local/bin/vestibule", "health"]
ENTRYPOINT ["/usr/local/bin/vestibule"]
CMD ["serve"]
