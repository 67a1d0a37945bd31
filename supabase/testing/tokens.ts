import { exportJWK, generateKeyPair, jwtVerify, SignJWT, type JSONWebKeySet, type JWTPayload } from "jose";

/** What REST, Realtime and policies know of who asks. */
export type Claims = JWTPayload & { role: string };

/** Signs and verifies people's tokens as a hosted project does: ES256, with a JWKS. */
export interface Tokens {
  sign(claims: JWTPayload): Promise<string>;
  /** Rejects what is expired, or not ours. */
  verify(token: string): Promise<Claims>;
  /** Rejects what is not ours, and leaves it to others whether it is expired. */
  open(token: string): Promise<Claims>;
  jwks: JSONWebKeySet;
}

export async function makeTokens(): Promise<Tokens> {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const kid = crypto.randomUUID();

  async function claimsOf(token: string, currentDate: Date): Promise<Claims> {
    const { payload } = await jwtVerify(token, publicKey, { algorithms: ["ES256"], currentDate });
    return { ...payload, role: typeof payload["role"] === "string" ? payload["role"] : "anon" };
  }

  return {
    sign: (claims) =>
      new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid, typ: "JWT" }).sign(privateKey),
    verify: (token) => claimsOf(token, new Date()),
    open: (token) => claimsOf(token, new Date(0)),
    jwks: { keys: [{ ...(await exportJWK(publicKey)), alg: "ES256", use: "sig", kid }] },
  };
}
