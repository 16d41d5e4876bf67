import { app, dialog, Menu, session } from "electron";
import { runDesktop } from "./desktop.ts";
import { OpenQueue } from "./documents.ts";
import { hardenApp, hardenSession } from "./harden.ts";
import { registerScheme } from "./scheme.ts";

// Sandbox and scheme must be settled before Electron is ready, and a second instance ends here.
hardenApp(app);
registerScheme();
Menu.setApplicationMenu(null);
const queue = new OpenQueue();
app.on("open-file", (event, path) => {
  event.preventDefault();
  queue.add(path);
});

if (app.requestSingleInstanceLock()) {
  void app
    .whenReady()
    .then(() => {
      hardenSession(session.defaultSession);
      return runDesktop(app, queue);
    })
    .catch((error: Error) => {
      dialog.showErrorBox("The program could not start.", `${error.message}\nNothing that was saved is touched.`);
      app.exit(1);
    });
} else {
  app.quit();
}
