# One image for every process of Sightline; compose.yaml says which one a container runs.
FROM node:24-bookworm-slim
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && npm cache clean --force
COPY . .
ENV NODE_ENV=production HOST=0.0.0.0
USER node
EXPOSE 4646
CMD ["node", "web/main.ts"]
