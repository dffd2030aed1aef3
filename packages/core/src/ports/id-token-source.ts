/** Makes identity tokens (OIDC) by which Google's services know who calls them. */
export interface IdTokenSource {
  /** A token for one audience, valid for some minutes at least. Rejects when none can be had at present. */
  tokenFor(audience: string): Promise<string>;
}
