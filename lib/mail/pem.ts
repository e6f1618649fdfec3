/** Certificates in a text of ours or of an authority (RFC 7468 §5.1), in its order; what stands between is passed over. */
export const certificateBlocks = (text: string): readonly string[] =>
  text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
