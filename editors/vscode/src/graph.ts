/** The command line for the graph, and the page that shows the graph: a picture and nothing that could run. */

/** Without trust neither plug-ins nor a ShellCheck that the project names run for it. */
export function graphArguments(settings: { trust: boolean; shellcheck: boolean }): string[] {
  const safe = settings.trust ? [] : ["--no-plugins", "--config", `shellcheck=${settings.shellcheck}`];
  return ["graph", "--format", "svg", ...safe];
}

/** An SVG given as an image cannot run scripts or load anything. */
export function graphPage(svg: string): string {
  const data = Buffer.from(svg, "utf-8").toString("base64");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>dlint graph</title>
<style>
body { background: #fff; margin: 0; padding: 1rem; overflow: auto; }
</style>
</head>
<body><img alt="Who builds, needs and copies from whom" src="data:image/svg+xml;base64,${data}"></body>
</html>
`;
}

/** Whether what the command printed is a picture. */
export function isSvg(text: string): boolean {
  return /^\s*(<\?xml[^>]*>\s*)?(<!DOCTYPE[^>]*>\s*)?(<!--[^]*?-->\s*)?<svg[\s>]/.test(text);
}
