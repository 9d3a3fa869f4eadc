// SPDX-License-Identifier: Apache-2.0
// Vite gives a style sheet as text.
declare module "*.css?inline" {
  const text: string;
  export default text;
}
