import type { EngineContext } from "../context.ts";
import type { Implementer } from "../implementer.ts";

/** Files in and out, and what this machine sees of the network. */
export function createFileService(engine: EngineContext, os: Implementer) {
  const { files, world } = engine;
  return os.files.router({
    beginUpload: os.files.beginUpload.handler(({ input }) => ({ upload: files.beginUpload(input) })),
    appendUpload: os.files.appendUpload.handler(({ input }) => ({
      received: files.appendUpload(input.upload, input.offset, input.data),
    })),
    readDownload: os.files.readDownload.handler(({ input }) => files.readPart(input.download, input.offset)),
    saveDownload: os.files.saveDownload.handler(({ input }) => ({ saved: files.save(input.download, input.token) })),
    vantage: os.files.vantage.handler(async () => {
      const addresses = world.machine.addresses();
      const { resolver: named, dohResolver } = engine.vantage.adjust(engine.settings.get().network);
      const resolver = named ?? dohResolver ?? (await world.machine.resolver());
      return { host: world.machine.host(), addresses, resolver, online: addresses.length > 0 };
    }),
  });
}
