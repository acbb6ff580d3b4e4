/** Tables in Markdown. Pure. */

/** A table with a head and rows; line breaks and bars in cells would end them. */
export function markdownTable(head: string[], body: string[][]): string {
    const line = (cells: string[]) =>
        `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replace(/\s+/g, " ")).join(" | ")} |`;
    return [line(head), `|${"---|".repeat(head.length)}`, ...body.map(line)].join("\n");
}
