/** What the page's content security policy lets style sheets in by. It is another one each time that the page is served. */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="confab-style-nonce"]')?.content ?? '';
}

/** Libraries below the component kit that add style sheets look for the nonce under this name. */
export function shareStyleNonce(): void {
  Object.assign(globalThis, { __webpack_nonce__: styleNonce() });
}
