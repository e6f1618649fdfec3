/** A link as a picture for the camera (QR code, ISO/IEC 18004): SVG in a data URL. */
import "server-only";
import { renderSVG } from "uqr";

export function pictureOf(url: string): string {
  const svg = renderSVG(url, { ecc: "M", border: 4 });
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
}
