#include "tests/torture/samples.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <regex>
#include <stdexcept>
#include <string_view>

#include "sipstack/base/text.hpp"

namespace sip::torture {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) throw std::runtime_error{"cannot read " + path.string()};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// Line ends become CRLF, {0D} a byte, {60*x} sixty x, {length} the length of the body.
std::string expand(std::string_view text) {
  static const std::regex mark{R"(\{(?:([0-9A-F]{2})|([0-9]+)\*(.))\})"};
  std::string lines;
  for (const char c : text) c == '\n' ? lines += "\r\n" : lines += c;
  std::string out;
  auto rest = lines.cbegin();
  for (std::sregex_iterator it{lines.begin(), lines.end(), mark}, end; it != end; ++it) {
    out.append(rest, (*it)[0].first);
    if ((*it)[1].matched) {
      out += *from_hex((*it)[1].str());
    } else {
      out.append(std::stoul((*it)[2].str()), *(*it)[3].first);
    }
    rest = (*it)[0].second;
  }
  out.append(rest, lines.cend());
  const std::string length = "{length}";
  if (const auto at = out.find(length); at != std::string::npos) {
    const auto body = out.size() - (out.find("\r\n\r\n") + 4);
    out.replace(at, length.size(), std::to_string(body));
  }
  return out;
}

}  // namespace

/// "# note", "= verdict", perhaps "~ status", then the message.
Sample read_sample(const std::string& name) {
  const auto text = read_file(fs::path{SIPWAKE_TORTURE_MESSAGES} / (name + ".sip"));
  Sample sample;
  std::string_view rest{text};
  const auto take_line = [&rest](std::string_view mark) {
    if (!rest.starts_with(mark)) return std::string{};
    const auto end = rest.find('\n');
    std::string line{rest.substr(mark.size(), end - mark.size())};
    rest.remove_prefix(end + 1);
    return line;
  };
  sample.note = take_line("# ");
  sample.verdict = take_line("= ");
  sample.on_wire = take_line("~ ");
  sample.wire = expand(rest);
  return sample;
}

std::vector<std::string> sample_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator{SIPWAKE_TORTURE_MESSAGES})
    names.push_back(entry.path().stem().string());
  std::ranges::sort(names);
  return names;
}

/// Where the messages of RFC 4475 and RFC 5118 are read.
fs::path originals() {
  const char* given = std::getenv("SIP_TORTURE_DIR");
  return given ? fs::path{given} : fs::path{SIPWAKE_SOURCE_DIR} / ".." / "shared" / "data";
}

std::vector<Original> read_originals() {
  std::vector<Original> out;
  for (const auto* rfc : {"rfc4475", "rfc5118"}) {
    const auto folder = originals() / rfc;
    if (!fs::exists(folder / "manifest.json")) continue;
    const auto manifest = nlohmann::json::parse(read_file(folder / "manifest.json"));
    for (const auto& entry : manifest["cases"]) {
      const std::string file = entry["file"];
      out.push_back({file, entry["section"], entry["class"],
                     entry["ok"].get<std::vector<std::string>>(), read_file(folder / file)});
    }
  }
  return out;
}

}  // namespace sip::torture
