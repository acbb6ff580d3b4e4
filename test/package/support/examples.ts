/** The blocks of code in a page that are fenced as `language`. */
export function fenced(page: string, language: string): string[] {
    return page
        .split("\n```")
        .flatMap((block) => (block.startsWith(`${language}\n`) ? [block.slice(language.length + 1)] : []));
}
