# One image for every process; docker-compose.yml says which one a container is.
FROM node:20.20.2-bookworm-slim AS build
WORKDIR /gateway
COPY package.json package-lock.json .npmrc ./
# No package needs its install script, so none is run.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node scripts/prisma-generate.mjs && node scripts/build.mjs && node scripts/prune-production.mjs . && mkdir opt-outs ledger witness

FROM node:20.20.2-bookworm-slim
WORKDIR /gateway
# The memory in which Node's young objects live, in MB: apps/cli/src/node-flags.ts says why.
ENV NODE_ENV=production HOST=0.0.0.0 NODE_OPTIONS=--max-semi-space-size=32
# Owned by root and run by somebody else: a process cannot change its own code.
COPY --from=build /gateway/package.json ./
COPY --from=build /gateway/node_modules ./node_modules
COPY --from=build /gateway/prisma/migrations ./prisma/migrations
COPY --from=build /gateway/packs ./packs
COPY --from=build /gateway/dist ./dist
# Where processes keep something: opt-outs while PostgreSQL is away, the keys of log and witness and what they have signed.
# A volume takes its owner over.
COPY --from=build --chown=node:node /gateway/opt-outs ./opt-outs
COPY --from=build --chown=node:node /gateway/ledger ./ledger
COPY --from=build --chown=node:node /gateway/witness ./witness
USER node
CMD ["node", "--enable-source-maps", "dist/apps/api/src/main.js"]
