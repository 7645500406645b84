/** The page that shows the graph: a picture and nothing that could run. */

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

/** Whether an answer is a picture. */
export function isSvg(text: string): boolean {
  return /^\s*(<\?xml[^>]*>\s*)?(<!DOCTYPE[^>]*>\s*)?(<!--[^]*?-->\s*)?<svg[\s>]/.test(text);
}
