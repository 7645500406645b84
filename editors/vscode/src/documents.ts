/** Which documents the server is told of: those that may be its own. Of other YAML files it says nothing. */

export const SELECTOR = [
  ...["file", "untitled"].flatMap((scheme) =>
    ["dockerfile", "dockercompose", "yaml"].map((language) => ({ scheme, language })),
  ),
  { scheme: "file", pattern: "**/*.{dockerignore,containerignore}" },
  { scheme: "file", pattern: "**/{dlint,.dlint}.toml" },
  { scheme: "file", pattern: "**/*[cC]ompose*.{yml,yaml}" },
];
