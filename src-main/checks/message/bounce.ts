import PostalMime, { type Attachment } from "postal-mime";
import { readFields, takeHeader, valuesOf } from "./headers.ts";

/** Characters kept of a bounce's words; a report of many recipients is cut. */
const longestText = 300_000;
/** Parts that tell of the delivery (RFC 3464 2, RFC 6533 and RFC 3462); the returned message itself is not read. */
const reports = ["message/delivery-status", "message/global-delivery-status"];

/**
 * The words of a bounce: its delivery status and its text, decoded, without the message it returns. Null when the text is no MIME message,
 * so that it is a reply, a line of a log, or a part of a bounce. Hostile input gives null or less text, never an exception.
 */
export async function readBounce(bytes: Uint8Array, text: string): Promise<{ status: string; text: string } | null> {
  const fields = readFields(takeHeader(text, "file").header);
  const isMessage = valuesOf(fields, "Content-Type").length > 0 || valuesOf(fields, "MIME-Version").length > 0;
  if (!isMessage) return null;
  try {
    const mail = await PostalMime.parse(bytes, {
      forceRfc822Attachments: true,
      attachmentEncoding: "utf8",
      maxNestingDepth: 20,
      maxHeadersSize: 512 * 1024,
    });
    const status = mail.attachments.filter(({ mimeType }) => reports.includes(mimeType)).map(contentOf);
    return {
      status: status.join("\n\n").slice(0, longestText),
      text: (mail.text ?? stripTags(mail.html ?? "")).slice(0, longestText),
    };
  } catch {
    return null;
  }
}

const contentOf = ({ content }: Attachment): string => (typeof content === "string" ? content : "");

/** Text of HTML for reading only; it is never shown as HTML. */
function stripTags(html: string): string {
  const parts = html.slice(0, longestText * 2).split("<");
  const texts = parts.map((part, index) => (index === 0 ? part : part.slice(part.indexOf(">") + 1)));
  return texts
    .join("\n")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&#39;|&apos;/g, "'")
    .replace(/&nbsp;|&#160;/g, " ")
    .replace(/&amp;/g, "&");
}
