//! The layout of all pages.

use axum::response::{Html, IntoResponse};
use maud::{DOCTYPE, Markup, html};

use super::Page;
use crate::app::App;

/// The selected item of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    None,
    Assistants,
    Conversations,
    Tests,
    Schedule,
    Requests,
}

const TABS: [(Tab, &str, &str); 5] = [
    (Tab::Assistants, "/", "Assistants"),
    (Tab::Conversations, "/console/conversations", "Conversations"),
    (Tab::Tests, "/console/tests", "Tests"),
    (Tab::Schedule, "/console/schedule", "Schedule"),
    (Tab::Requests, "/console/requests", "Requests"),
];

#[derive(Debug)]
pub(super) struct Frame<'a> {
    pub(super) title: &'a str,
    pub(super) tab: Tab,
    /// Whether the console requires a key. If so, the page has a button to sign out.
    pub(super) needs_key: bool,
}

/// A page with navigation.
pub(super) fn page(app: &App, title: &str, tab: Tab, content: &Markup) -> Page {
    let frame = Frame { title, tab, needs_key: app.access.api_key().is_some() };
    Ok(frame.page(content).into_response())
}

impl Frame<'_> {
    /// A page with navigation.
    pub(super) fn page(&self, content: &Markup) -> Html<String> {
        self.document(
            &html! {
                nav aria-label="Console" {
                    ul {
                        @for (tab, href, name) in TABS {
                            li { a href=(href) aria-current=[(tab == self.tab).then_some("page")] { (name) } }
                        }
                    }
                }
                // The script fills this in, because only the script updates the page.
                a.now href="/console/schedule" {
                    span.hidden { "Clock: " }
                    span #now data-live="/console/parts/now" {}
                }
            },
            content,
            &html! {
                p { "Times are in UTC, by the emulator's clock." }
                div.actions {
                    button #pause type="button" aria-pressed="false" hidden { "Pause updates" }
                    @if self.needs_key {
                        form method="post" action="/console/logout" { button type="submit" { "Sign out" } }
                    }
                }
            },
        )
    }

    /// A page without navigation.
    pub(super) fn bare(&self, content: &Markup) -> Html<String> {
        self.document(&html! {}, content, &html! {})
    }

    fn document(&self, navigation: &Markup, content: &Markup, footer: &Markup) -> Html<String> {
        let document = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) " · telnyx-ai emulator" }
                    link rel="icon" href="/console/icon.svg" type="image/svg+xml";
                    link rel="stylesheet" href="/console/console.css";
                    script src="/console/console.js" defer {}
                }
                body {
                    a.skip href="#main" { "Skip to content" }
                    header.top {
                        div.bar {
                            a.brand href="/" {
                                img src="/console/icon.svg" alt="" width="22" height="22";
                                span { "telnyx-ai " span.quiet { "emulator" } }
                            }
                            (navigation)
                        }
                    }
                    main #main tabindex="-1" { (content) }
                    footer.bottom { (footer) }
                    div #notification role="status" {}
                }
            }
        };
        Html(document.into_string())
    }
}

/// A table that is displayed as cards on small screens.
///
/// The roles are explicit because browsers drop them from such tables.
pub(super) fn cards(columns: &[&str], rows: impl IntoIterator<Item = Markup>) -> Markup {
    html! {
        table.cards role="table" {
            thead role="rowgroup" {
                tr role="row" {
                    @for column in columns {
                        th role="columnheader" scope="col" { (column) }
                    }
                }
            }
            tbody role="rowgroup" { @for row in rows { (row) } }
        }
    }
}

/// A hint that replaces an empty list.
pub(super) fn empty(title: &str, hint: &str, command: Option<String>) -> Markup {
    html! {
        div.empty {
            p.title { (title) }
            p { (hint) }
            @if let Some(command) = command {
                pre tabindex="0" aria-label="Command" { code { (command) } }
            }
        }
    }
}
