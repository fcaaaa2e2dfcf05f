// The package has no types of its own. It exports the path of the program.
declare module 'workerd' {
  const workerd: string;

  export = workerd;
}
