/** The pages, as pure functions of what they show. No script at all, and every style in a file of its own. */
import { type Html, html } from "./html";
import type { Connection, TenantNotes } from "./store";

/** Where the style sheet is, with a text that changes with it. */
export interface Assets {
    style: string;
    icon: string;
}

/** What the page of a tenant shows. */
export interface NotesView {
    assets: Assets;
    visitor: string;
    content: TenantNotes;
    search: string;
    connection: Connection;
    /** Token for the forms. */
    token: string;
    writable: boolean;
}

/** The page to sign in. */
export function signInPage(assets: Assets, token: string, fault?: string): Html {
    return layout(
        assets,
        "Sign in",
        html`<main class="narrow">
    <h1>Sign in</h1>
    ${fault === undefined ? undefined : html`<p class="fault" role="alert">${fault}</p>`}
    <form method="post" action="/sign-in" class="card">
        ${hidden(token)}
        <label for="name">Name</label>
        <input id="name" name="name" required maxlength="64" autocomplete="username" autocapitalize="none" spellcheck="false">
        <label for="password">Password</label>
        <input id="password" name="password" type="password" required maxlength="256" autocomplete="current-password">
        <button>Sign in</button>
    </form>
</main>`,
    );
}

/** A tenant's notes. */
export function notesPage(view: NotesView): Html {
    const { content, search, connection } = view;
    return layout(
        view.assets,
        "Notes",
        html`<main>
    <h1>Notes of ${content.tenantName}</h1>
    <form method="get" action="/" role="search" class="search">
        <label for="search" class="unseen">Search the notes</label>
        <input id="search" name="search" type="search" value="${search}" maxlength="100" placeholder="Search the notes">
        <button>Search</button>
    </form>
    ${search === "" ? undefined : html`<p class="quiet">Notes that contain “${search}”: ${content.notes.length}. <a href="/">Show all</a></p>`}
    ${content.notes.length === 0 && search === "" ? html`<p class="quiet">There are no notes yet.</p>` : undefined}
    <ul class="notes">${content.notes.map(
        ({ author, body, writtenAt }) => html`
        <li class="card">
            <p>${body}</p>
            <p class="quiet">${author}, <time datetime="${writtenAt.toISOString()}">${shown(writtenAt)}</time></p>
        </li>`,
    )}
    </ul>
    ${view.writable ? noteForm(view.token) : html`<p class="card quiet">This application may only read: no credentials for writing are mounted.</p>`}
    <details class="card">
        <summary>How this page reached the database</summary>
        <dl>
            <dt>Role</dt><dd>${connection.role}</dd>
            <dt>Database</dt><dd>${connection.database}</dd>
            <dt>Encryption</dt><dd>${connection.tls}, certificate verified</dd>
            <dt>Statement timeout</dt><dd>${connection.statementTimeout}</dd>
        </dl>
    </details>
</main>`,
        html`<form method="post" action="/sign-out">
        ${hidden(view.token)}
        <span class="quiet">${view.visitor}</span>
        <button class="plain">Sign out</button>
    </form>`,
    );
}

/** A page that says what went wrong, and nothing about the inside. */
export function faultPage(assets: Assets, title: string, reason: string, requestId: string): Html {
    return layout(
        assets,
        title,
        html`<main class="narrow">
    <h1>${title}</h1>
    <p>${reason}</p>
    <p class="quiet">Request ${requestId}. <a href="/">Back to the notes</a></p>
</main>`,
    );
}

function layout(assets: Assets, title: string, main: Html, aside?: Html): Html {
    return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Bulwark’s sample application</title>
<link rel="stylesheet" href="${assets.style}">
<link rel="icon" href="${assets.icon}" type="image/svg+xml">
</head>
<body>
<header>
    <a href="/" class="brand"><img src="${assets.icon}" alt="" width="24" height="24"> Bulwark’s sample application</a>
    ${aside}
</header>
${main}
</body>
</html>
`;
}

function noteForm(token: string): Html {
    return html`<form method="post" action="/notes" class="card">
        ${hidden(token)}
        <label for="body">New note</label>
        <textarea id="body" name="body" rows="3" required maxlength="2000"></textarea>
        <button>Add the note</button>
    </form>`;
}

function hidden(token: string): Html {
    return html`<input type="hidden" name="_csrf" value="${token}">`;
}

function shown(time: Date): string {
    return `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
