//! Lex bots.

use iac_core::Text;
use iac_core::diagnostic::Diagnostic;
use iac_core::prelude::*;

use super::Function;
use crate::caller::Account;
use crate::identity::{Principal, Role};
use crate::lexv2models as lex;
use crate::naming::physical_name;

/// A Lex V2 bot whose intents are fulfilled by a function.
///
/// | Address | Description |
/// |---|---|
/// | `aws_lexv2models_bot.<name>` | bot, named `<stack>-<name>` |
/// | `aws_lexv2models_bot_locale.<name>` | locale |
/// | `aws_lexv2models_intent.<name>_<intent>` | each intent |
/// | `aws_lexv2models_slot.<name>_<intent>_<slot>` | each slot |
/// | `aws_iam_role.<name>_bot` | role, without permissions |
/// | `aws_lambda_permission.<name>_<function>` | permission to invoke the function |
///
/// ```
/// use iac_aws::serverless::{Bot, Intent};
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let scale = Intent::new("Scale")
///     .utterance("scale {service} to {tasks} tasks")
///     .slot("service", "AMAZON.AlphaNumeric", "Which service?")
///     .slot("tasks", "AMAZON.Number", "How many tasks?");
/// stack.add(Bot::builder("operator", "en_GB", [scale]));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Bot {
    /// The bot.
    pub bot: lex::Bot,
    /// The locale.
    pub locale: lex::BotLocale,
    /// The intents.
    pub intents: Vec<lex::Intent>,
}

/// An intent of a bot.
#[derive(Clone, Debug)]
#[must_use = "an intent has no effect until it is added to a bot"]
pub struct Intent {
    name: Text,
    utterances: Vec<Text>,
    slots: Vec<(Text, Text, Text)>,
    confirmation: Option<Text>,
}

impl Intent {
    /// Returns an intent, whose name consists of letters only.
    pub fn new(name: impl Into<Text>) -> Self {
        Self { name: name.into(), utterances: Vec::new(), slots: Vec::new(), confirmation: None }
    }

    /// Adds a sample utterance, with slots in braces: `scale {service} to {tasks} tasks`.
    pub fn utterance(mut self, utterance: impl Into<Text>) -> Self {
        self.utterances.push(utterance.into());
        self
    }

    /// Adds a required slot: its name, its Lex slot type, and the prompt for its value.
    pub fn slot(mut self, name: impl Into<Text>, kind: impl Into<Text>, question: impl Into<Text>) -> Self {
        self.slots.push((name.into(), kind.into(), question.into()));
        self
    }

    /// Asks for confirmation before the intent is fulfilled.
    pub fn confirmation(mut self, question: impl Into<Text>) -> Self {
        self.confirmation = Some(question.into());
        self
    }
}

impl Bot {
    /// Starts a bot for a locale.
    pub fn builder(
        name: impl Into<Text>,
        locale: impl Into<Text>,
        intents: impl IntoIterator<Item = Intent>,
    ) -> BotBuilder<'static> {
        let intents = intents.into_iter().collect();
        BotBuilder { name: name.into(), locale: locale.into(), intents, function: None }
    }
}

/// Builds a [`Bot`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct BotBuilder<'a> {
    name: Text,
    locale: Text,
    intents: Vec<Intent>,
    function: Option<&'a Function>,
}

impl<'a> BotBuilder<'a> {
    /// Sets the function that fulfills the intents. It must still be selected in the aliases of the bot.
    pub fn fulfillment<'b>(self, function: &'b Function) -> BotBuilder<'b>
    where
        'a: 'b,
    {
        BotBuilder { function: Some(function), ..self }
    }

    fn problems(&self) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        for intent in &self.intents {
            if intent.utterances.is_empty() {
                let summary = format!("intent `{}` of bot `{}` has no utterances", intent.name, self.name);
                problems.push(Diagnostic::error("bot-utterances", summary));
            }
            for utterance in &intent.utterances {
                let named = utterance.split('{').skip(1).filter_map(|rest| rest.split('}').next());
                for slot in named.filter(|slot| !intent.slots.iter().any(|(name, ..)| name == slot)) {
                    let summary = format!(
                        "utterance `{utterance}` refers to undefined slot `{slot}` of intent `{}`",
                        intent.name
                    );
                    problems.push(
                        Diagnostic::error("bot-slots", summary)
                            .hint(format!("add `.slot(\"{slot}\", \"AMAZON.Number\", \"How many?\")`")),
                    );
                }
            }
        }
        problems
    }
}

impl Construct for BotBuilder<'_> {
    type Output = Bot;

    fn build(self, scope: &Scope<'_>) -> Bot {
        for problem in self.problems() {
            scope.report(problem);
        }
        let name = self.name;
        let account = Account::current(scope);
        let role = scope.add(
            Role::builder(format!("{name}_bot"), Principal::service("lexv2.amazonaws.com"))
                .restricted_to_account(scope),
        );
        let bot = scope.add(
            lex::Bot::builder(name.clone())
                .name(physical_name(scope, &name, 100))
                .role_arn(role.arn())
                .idle_session_ttl_in_seconds(300)
                .data_privacy(|privacy| privacy.child_directed(false)),
        );
        let locale = scope.add(
            lex::BotLocale::builder(name.clone())
                .bot_id(bot.id())
                .bot_version("DRAFT")
                .locale_id(self.locale.as_str())
                .n_lu_intent_confidence_threshold(0.7),
        );
        let has_function = self.function.is_some();
        let intents = self.intents.into_iter().map(|intent| {
            let resource_name = format!("{name}_{}", intent.name.to_lowercase());
            let added = scope.add(
                lex::Intent::builder(&resource_name)
                    .name(intent.name.as_str())
                    .bot_id(bot.id())
                    .bot_version(locale.bot_version())
                    .locale_id(locale.locale_id())
                    .each(&intent.utterances, |intent, utterance| {
                        intent.sample_utterance(|sample| sample.utterance(utterance.as_str()))
                    })
                    .when(has_function, |intent| intent.fulfillment_code_hook(|hook| hook.enabled(true)))
                    .maybe(intent.confirmation.as_ref(), |intent, question| {
                        intent.confirmation_setting(|setting| {
                            setting.active(true).prompt_specification(|prompt| {
                                prompt.max_retries(2).allow_interrupt(true).message_group(|group| {
                                    group.message(|message| {
                                        message.plain_text_message(|text| text.value(question.as_str()))
                                    })
                                })
                            })
                        })
                    }),
            );
            for (slot, kind, question) in &intent.slots {
                scope.add(
                    lex::Slot::builder(format!("{resource_name}_{slot}"))
                        .name(slot.as_str())
                        .bot_id(bot.id())
                        .bot_version(locale.bot_version())
                        .locale_id(locale.locale_id())
                        .intent_id(added.intent_id())
                        .slot_type_id(kind.as_str())
                        .value_elicitation_setting(|setting| {
                            setting.slot_constraint(lex::SlotConstraint::Required).prompt_specification(
                                |prompt| {
                                    prompt
                                        .max_retries(2)
                                        .allow_interrupt(true)
                                        .message_selection_strategy(lex::MessageSelectionStrategy::Random)
                                        .message_group(|group| {
                                            group.message(|message| {
                                                message
                                                    .plain_text_message(|text| text.value(question.as_str()))
                                            })
                                        })
                                },
                            )
                        }),
                );
            }
            added
        });
        let intents = intents.collect();
        if let Some(function) = self.function {
            // Allows all aliases of the bot, since users talk to the bot through an alias.
            let aliases = account.arn("lex", tf!("bot-alias/{}/*", bot.id()));
            function.allow_service(
                &scope.to_owned_scope(),
                format!("{name}_{}", function.name),
                "lexv2.amazonaws.com",
                aliases,
            );
        }
        Bot { bot, locale, intents }
    }
}
