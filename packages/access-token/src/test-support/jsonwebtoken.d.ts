// The package has no types of its own; these are the parts that the tests use.
declare module 'jsonwebtoken' {
  const jsonwebtoken: {
    sign(payload: object, secret: string, options: object): string;
    verify(token: string, secret: string, options: object): unknown;
  };
  export = jsonwebtoken;
}
