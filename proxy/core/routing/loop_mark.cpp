#include "proxy/core/routing/loop_mark.hpp"

#include <array>
#include <cstring>

#include "sipstack/base/text.hpp"
#include "sipstack/message/cseq.hpp"
#include "sipstack/message/values.hpp"
#include "sipstack/message/via.hpp"
#include "sipstack/transaction/fingerprint.hpp"
#include "sipstack/transaction/layer.hpp"

namespace proxy::routing {
namespace {

using sip::HeaderName;

constexpr std::size_t mark_bytes = 6;

/// Length first, so that no two lists of fields make one text.
void add(std::string& text, std::string_view field) {
  const auto size = static_cast<std::uint32_t>(field.size());
  text.append(reinterpret_cast<const char*>(&size), sizeof size).append(field);
}

template <class Predicate>
bool any_mark(const sip::Message& request, Predicate predicate) {
  sip::Values vias{request, HeaderName::via};
  while (const auto value = vias.next()) {
    const auto via = sip::ViaView::parse(*value);
    const auto mark = via ? sip::transaction::mark_of(via->branch) : std::string_view{};
    if (!mark.empty() && predicate(mark)) return true;
  }
  return false;
}

}  // namespace

std::string loop_mark(const sip::Message& request, std::string_view target, std::string_view key) {
  std::array<std::uint64_t, 2> keys{};
  std::memcpy(keys.data(), key.data(), std::min(key.size(), sizeof keys));
  std::string text;
  add(text, target);
  add(text, sip::tag_of(request.value(HeaderName::from)));
  add(text, sip::tag_of(request.value(HeaderName::to)));
  add(text, request.value(HeaderName::call_id));
  const auto cseq = sip::CSeqView::parse(request.value(HeaderName::cseq));
  add(text, std::to_string(cseq ? cseq->number : 0));
  add(text, request.method_text());
  const auto print = sip::transaction::Fingerprinter{keys[0], keys[1]}.of(text);
  std::array<std::uint8_t, mark_bytes> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(print.low >> (8 * i));
  return sip::to_hex(bytes);
}

bool has_mark(const sip::Message& request, std::string_view mark) {
  return any_mark(request, [mark](std::string_view found) { return found == mark; });
}

bool came_by_here(const sip::Message& request) {
  return any_mark(request, [](std::string_view) { return true; });
}

}  // namespace proxy::routing
