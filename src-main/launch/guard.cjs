// Loaded before start.ts, which an old Node could not even read. Plain CommonJS, so that every Node understands it.
if (!process.features.typescript || Number(process.versions.napi || 0) < 10) {
  process.stderr.write(
    `Node ${process.versions.node} is too old to start this program: it needs Node 22.18 or newer. ` +
      "Run “npm ci” with install scripts allowed and then “npm start”, which uses the Node that comes with the packages.\n",
  );
  process.exit(1);
}
