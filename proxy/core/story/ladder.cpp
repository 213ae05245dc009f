#include <algorithm>
#include <array>
#include <cstdio>

#include "proxy/core/story/story.hpp"
#include "sipstack/base/text.hpp"

namespace proxy::story {
namespace {

using record::Entry;
using record::Step;

/// Who acts at a step and towards whom.
enum class Arrow : std::uint8_t { in_caller, out_caller, in_device, out_device, note };

struct Drawing {
  Arrow arrow;
  std::string_view label;
};

Drawing drawing_of(Step step) {
  switch (step) {
    case Step::invite:
      return {Arrow::in_caller, "INVITE"};
    case Step::held:
    case Step::superseded:
    case Step::restarted:
    case Step::forwarded:
      return {Arrow::note, to_string(step)};
    case Step::push_asked:
      return {Arrow::out_device, "push"};
    case Step::push_accepted:
      return {Arrow::note, "push accepted"};
    case Step::push_refused:
      return {Arrow::note, "push refused"};
    case Step::push_failed:
      return {Arrow::note, "push failed"};
    case Step::push_not_durable:
      return {Arrow::note, "push not durable"};
    case Step::push_dropped:
      return {Arrow::note, "push dropped"};
    case Step::registered:
      return {Arrow::in_device, "REGISTER"};
    case Step::keep_alive:
      return {Arrow::in_device, "keep-alive"};
    case Step::branch:
      return {Arrow::out_device, "INVITE"};
    case Step::branch_failed:
      return {Arrow::note, "not reached"};
    case Step::provisional:
    case Step::answered:
    case Step::declined:
    case Step::failed:
    case Step::late_response:
      return {Arrow::in_device, ""};
    case Step::cancelled:
      return {Arrow::in_caller, "CANCEL"};
    case Step::branch_cancelled:
    case Step::late_cancel:
      return {Arrow::out_device, "CANCEL"};
    case Step::replied:
      return {Arrow::out_caller, ""};
    case Step::ended:
      return {Arrow::note, "BYE"};
    case Step::late_invite:
      return {Arrow::out_device, "late INVITE"};
    case Step::late_done:
      return {Arrow::note, "late call done"};
    case Step::late_failed:
      return {Arrow::note, "late call failed"};
    case Step::push_withheld:
      return {Arrow::note, "push withheld"};
    case Step::gone:
      return {Arrow::note, "window over"};
    case Step::unregistered:
      return {Arrow::in_device, "un-REGISTER"};
    case Step::coalesced:
      return {Arrow::note, "rings as another call"};
    case Step::missed_notice_sent:
      return {Arrow::out_device, "missed call by"};
    case Step::missed_notice_failed:
      return {Arrow::note, "missed call not told"};
    case Step::passed_over:
      return {Arrow::note, "passed over"};
    case Step::not_forwarded:
      return {Arrow::note, "not forwarded"};
  }
  return {Arrow::note, "?"};
}

constexpr std::size_t lane = 34;

bool is_utf8_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

/// "──INVITE──────▶" or "◀──180 Ringing──", `lane` columns wide.
std::string arrow(std::string_view label, bool rightwards) {
  std::size_t size = std::min(label.size(), lane - 6);
  while (size > 0 && size < label.size() && is_utf8_continuation(label[size])) --size;
  const std::string text{label.substr(0, size)};
  std::size_t width = 0;
  for (const char c : text) width += is_utf8_continuation(c) ? 0 : 1;
  std::string line = rightwards ? "──" : "◀──";
  line += text;
  for (std::size_t i = width + 3; i < lane; ++i) line += "─";
  if (rightwards) line += "▶";
  return line;
}

/// Bytes of the UTF-8 character at `at`; 0 when it is none.
std::size_t utf8_size(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  std::size_t size = 0;
  if (first >= 0xc2 && first < 0xe0) size = 2;
  if (first >= 0xe0 && first < 0xf0) size = 3;
  if (first >= 0xf0 && first < 0xf5) size = 4;
  if (size == 0 || text.size() - at < size) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if (!is_utf8_continuation(text[at + i])) return 0;
  return size;
}

}  // namespace

std::string printable(std::string_view bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (byte >= 0x20 && byte < 0x7f) {
      out += bytes[i];
    } else if (const auto size = byte < 0x80 ? 0 : utf8_size(bytes, i); size > 0 && byte != 0xc2) {
      out.append(bytes.substr(i, size));  // 0xc2 leads the C1 controls
      i += size - 1;
    } else {
      out += "\\x" + sip::to_hex({reinterpret_cast<const std::uint8_t*>(&bytes[i]), 1});
    }
  }
  return out;
}

std::string ladder(const record::Call& call, const record::Timeline& timeline,
                   const NameOf& name_of) {
  std::string out = "   time  caller" + std::string(lane - 6, ' ') + "  sipwake" +
                    std::string(lane - 7, ' ') + "  phone\n";
  for (const Entry& e : timeline) {
    const Drawing drawing = drawing_of(e.what);
    std::array<char, 32> time{};
    std::snprintf(time.data(), time.size(), "%7.3f  ",
                  static_cast<double>((e.at - call.started_at).count()) / 1000.0);
    std::string label{drawing.label};
    if (!e.detail.empty()) label += (label.empty() ? "" : " ") + printable(e.detail);
    const std::string name = e.device != 0 ? printable(name_of(e.device)) : std::string{};
    out += time.data();
    const bool to_the_right =
        drawing.arrow == Arrow::in_caller || drawing.arrow == Arrow::out_device;
    switch (drawing.arrow) {
      case Arrow::in_caller:
      case Arrow::out_caller:
        out.append(arrow(label, to_the_right)).append("  │");
        break;
      case Arrow::in_device:
      case Arrow::out_device:
        out.append(lane, ' ').append("  │ ").append(arrow(label, to_the_right));
        out.append("  ").append(name);
        break;
      case Arrow::note:
        out.append(lane, ' ').append("  ● ").append(label);
        if (!name.empty()) out.append(" (").append(name).append(")");
        break;
    }
    out += '\n';
  }
  return out;
}

}  // namespace proxy::story
