/** An Electron accelerator such as "CmdOrCtrl+Shift+O" as the page's key matcher writes it: "mod+shift+O". */
export const acceleratorToHotkey = (accelerator: string): string =>
  accelerator.replace("CmdOrCtrl", "mod").replace("Shift", "shift").replace("Alt", "alt");

/** An accelerator as it is read: "Ctrl Shift O", or with the signs of macOS. */
export function acceleratorToWords(accelerator: string, isMac: boolean): string {
  if (!isMac) return accelerator.replace("CmdOrCtrl", "Ctrl").replaceAll("+", " ");
  return accelerator.replace("CmdOrCtrl", "⌘").replace("Shift", "⇧").replace("Alt", "⌥").replaceAll("+", "");
}
