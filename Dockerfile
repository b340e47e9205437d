# syntax=docker/dockerfile:1

# What every stage with a toolchain shares: node:24-bookworm has Python, make and a compiler for the native modules.
FROM node:24-bookworm AS toolchain
# The image has Node's headers: nothing is fetched from elsewhere to compile against.
ENV npm_config_nodedir=/usr/local
WORKDIR /lifeline
COPY package.json package-lock.json ./

FROM toolchain AS built
RUN npm ci --include=dev --no-audit --no-fund
COPY tsconfig.json tsconfig.web.json ./
COPY server server
COPY client/web client/web
COPY scripts/build scripts/build
RUN scripts/build

FROM toolchain AS packages
RUN npm ci --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim
# ipmitool holds the consoles of transport ipmi-sol. openssh-client is for command consoles that jump through a host.
# tini reaps what a console's program leaves behind, and passes signals on.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ipmitool openssh-client tini \
 && rm -rf /var/lib/apt/lists/* \
 && install --directory --mode=0700 --owner=node --group=node /data
WORKDIR /lifeline
COPY package.json LICENSE ./
COPY --from=packages /lifeline/node_modules node_modules
COPY --from=built /lifeline/dist dist
COPY server server
# What Node makes of the gateway, made here once: a start need not, and may not write to the image. It is kept for each user apart.
RUN install --directory --owner=node --group=node node_modules/.cache/node
USER node
RUN NODE_COMPILE_CACHE=/lifeline/node_modules/.cache/node node dist/gateway/main.js --help

# What threads free goes to the next that asks, as in scripts/start.
# The address inside the container; who may reach it is decided by what is published (compose.yaml: this machine only).
# The public address is the one people type: change it together with what is published.
ENV NODE_ENV=production \
    MALLOC_ARENA_MAX=2 \
    NODE_COMPILE_CACHE=/lifeline/node_modules/.cache/node \
    LIFELINE_LISTEN=0.0.0.0:8022 \
    LIFELINE_PUBLIC_URL=http://localhost:8022 \
    LIFELINE_DATA_DIR=/data
VOLUME /data
EXPOSE 8022
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8022/api/health').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# As in scripts/start.
ENTRYPOINT ["tini", "--", "node", "--max-semi-space-size=2", "--no-parallel-scavenge", "--concurrent-marking-max-worker-num=1", "dist/gateway/main.js"]
