#include "proxy/core/trunk/route_table.hpp"

#include <algorithm>
#include <utility>

#include "sipstack/base/text.hpp"

namespace proxy::trunk {
namespace {

std::string_view user_of(std::string_view aor) { return aor.substr(0, aor.rfind('@')); }

/// A pattern with an @ is held against user and domain, one without against the user alone.
bool asks_for_domain(const Pattern& pattern) {
  return pattern.text().find('@') != std::string::npos;
}

bool matches(const Pattern& pattern, std::string_view aor) {
  return pattern.matches(asks_for_domain(pattern) ? aor : user_of(aor));
}

/// Whose calls does the route take?
bool is_from(std::string_view from, std::string_view trunk) {
  if (from == "any") return true;
  if (from == "users") return trunk.empty();
  if (from == "trunks") return !trunk.empty();
  return from == trunk;
}

Pattern compiled(std::string_view text, bool& usable) {
  auto pattern = Pattern::compile(text);
  if (auto* good = std::get_if<Pattern>(&pattern)) return std::move(*good);
  usable = false;
  return {};
}

std::string quoted(std::string_view text) { return '"' + std::string{text} + '"'; }

Choice choice_of(const record::Route& route) {
  Choice choice;
  choice.route = route.id;
  choice.route_name = route.name;
  choice.set_caller = route.set_caller;
  choice.emergency = route.emergency;
  choice.status = route.reject;
  choice.to = route.user.empty() ? route.trunk : route.user;
  if (!route.user.empty()) choice.end = Choice::End::user;
  if (!route.trunk.empty()) choice.end = Choice::End::trunk;
  return choice;
}

std::string outcome(const Choice& choice) {
  if (choice.end == Choice::End::user) return "it goes to the user " + choice.to;
  if (choice.end == Choice::End::reject)
    return "it is refused with " + std::to_string(choice.status);
  return "it leaves by the trunk " + choice.to + " as " + quoted(choice.number) +
         (choice.set_caller.empty() ? "" : " from " + quoted(choice.set_caller));
}

}  // namespace

std::string escape_user(std::string_view text) {
  constexpr auto plain = sip::CharSet::alphanumeric_and("-_.!~*'()&=+$,;?/");
  constexpr std::string_view hex{"0123456789ABCDEF"};
  std::string out;
  for (const char c : text) {
    if (plain.has(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.append({'%', hex[byte >> 4], hex[byte & 15]});
  }
  return out;
}

void RouteTable::set(std::vector<record::Route> routes, const std::vector<record::Trunk>& trunks) {
  entries_.clear();
  std::ranges::sort(routes, {}, [](const record::Route& r) { return std::pair{r.position, r.id}; });
  for (auto& row : routes) {
    Entry entry;
    entry.caller = compiled(row.caller, entry.usable);
    entry.callee = compiled(row.callee, entry.usable);
    if (!row.trunk.empty())
      entry.usable = entry.usable && std::ranges::any_of(trunks, [&](const record::Trunk& trunk) {
                       return trunk.name == row.trunk && trunk.enabled;
                     });
    entry.row = std::move(row);
    entries_.push_back(std::move(entry));
  }
}

/// Empty when the route takes the call; `choice` has then the number it goes out with.
std::string RouteTable::why_not(const Entry& entry, const Asked& asked, Choice& choice) {
  const auto& row = entry.row;
  if (!row.enabled) return "it is disabled";
  if (!is_from(row.from, asked.trunk))
    return "it takes calls from " + row.from + ", not from " +
           (asked.trunk.empty() ? std::string{"users"} : "the trunk " + asked.trunk);
  if (!matches(entry.caller, asked.caller))
    return "the caller " + quoted(asked.caller) + " does not match " + quoted(row.caller);
  if (!asked.ours && !asks_for_domain(entry.callee))
    return "the callee is in a domain that is not ours, and " + quoted(row.callee) +
           " asks for none";
  if (!matches(entry.callee, asked.callee))
    return "the callee " +
           quoted(asks_for_domain(entry.callee) ? std::string_view{asked.callee}
                                                : user_of(asked.callee)) +
           " does not match " + quoted(row.callee);
  if (row.trunk.empty()) return {};
  if (!entry.usable) return "its trunk " + row.trunk + " is disabled or gone";
  if (row.trunk == asked.trunk) return "the call came from the trunk " + row.trunk;
  const auto user = user_of(asked.callee);
  const auto kept = user.substr(std::min<std::size_t>(row.strip, user.size()));
  choice.number = row.prepend + escape_user(kept);
  if (choice.number.empty())
    return "nothing is left of " + quoted(user) + " once " + std::to_string(row.strip) +
           " signs are taken off";
  return {};
}

Decision RouteTable::decide(const Asked& asked, Explain explain) const {
  Decision decision;
  for (const Entry& entry : entries_) {
    Choice choice = choice_of(entry.row);
    std::string why = why_not(entry, asked, choice);
    const bool takes = why.empty();
    if (explain == Explain::yes)
      decision.looks.push_back(
          {entry.row.id, entry.row.name, takes, takes ? outcome(choice) : std::move(why)});
    if (!takes) continue;
    const bool last = choice.end != Choice::End::trunk;
    decision.choices.push_back(std::move(choice));
    if (last) break;
  }
  // Whichever way it leaves: a call for help stays one when another route is asked before.
  if (std::ranges::any_of(decision.choices, &Choice::emergency))
    for (auto& choice : decision.choices) choice.emergency = true;
  return decision;
}

}  // namespace proxy::trunk
