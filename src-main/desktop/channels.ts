/** Channels between preload script and main process. Frames do not pass here: they travel on the port. */
export const channels = {
  fileToken: "fieldbook:file-token",
  hello: "fieldbook:hello",
  port: "fieldbook:port",
  message: "fieldbook:message",
} as const;
