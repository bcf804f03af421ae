//! The catalog of integrations.

pub(super) struct Entry {
    pub(super) name: &'static str,
    pub(super) display_name: &'static str,
    pub(super) description: &'static str,
    pub(super) tools: &'static [&'static str],
}

const CATALOGUE: [Entry; 9] = [
    Entry {
        name: "salesforce",
        display_name: "Salesforce",
        description: "Look up and update leads, contacts and opportunities.",
        tools: &["find_contact", "create_lead", "update_opportunity", "log_activity"],
    },
    Entry {
        name: "servicenow",
        display_name: "ServiceNow",
        description: "Open incidents and follow them until they are resolved.",
        tools: &["create_incident", "get_incident", "update_incident"],
    },
    Entry {
        name: "jira",
        display_name: "Jira",
        description: "Create issues, comment on them and change their status.",
        tools: &["create_issue", "search_issues", "add_comment", "transition_issue"],
    },
    Entry {
        name: "hubspot",
        display_name: "HubSpot",
        description: "Keep contacts, companies and deals up to date.",
        tools: &["find_contact", "create_contact", "update_deal"],
    },
    Entry {
        name: "zendesk",
        display_name: "Zendesk",
        description: "Answer support tickets and open new ones.",
        tools: &["create_ticket", "get_ticket", "update_ticket"],
    },
    Entry {
        name: "intercom",
        display_name: "Intercom",
        description: "Find customers and add messages to their conversations.",
        tools: &["find_customer", "create_conversation", "reply_to_conversation"],
    },
    Entry {
        name: "github",
        display_name: "GitHub",
        description: "Read repositories, and open issues and pull requests.",
        tools: &["create_issue", "search_issues", "create_pull_request"],
    },
    Entry {
        name: "greenhouse",
        display_name: "Greenhouse",
        description: "Manage candidates and their interviews.",
        tools: &["find_candidate", "schedule_interview", "add_note"],
    },
    Entry {
        name: "coval",
        display_name: "Coval",
        description: "Simulate conversations and measure their quality.",
        tools: &["run_simulation", "get_evaluation"],
    },
];

/// The catalog with ids, which are the same in every emulator.
pub(super) fn all() -> impl Iterator<Item = (String, &'static Entry)> {
    (1..).zip(&CATALOGUE).map(|(n, entry)| (format!("00000000-0000-4000-8000-{n:012}"), entry))
}
