/** The settings, as the server takes them. */

export interface Reader {
  get<T>(key: string, otherwise: T): T;
}

export interface ServerSettings {
  run: "onType" | "onSave";
  preset: string;
  shellcheck: boolean;
  buildkit: boolean;
  trust: boolean;
}

/** `trusted`: whether the user trusts the workspace at all; without that nothing of the project runs. */
export function serverSettings(from: Reader, trusted: boolean): ServerSettings {
  return {
    run: from.get<string>("run", "onType") === "onSave" ? "onSave" : "onType",
    preset: from.get("preset", ""),
    shellcheck: from.get("shellcheck", true),
    buildkit: from.get("buildkit", true),
    trust: trusted && from.get("trust", false),
  };
}
