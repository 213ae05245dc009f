#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "sipstack/base/text.hpp"
#include "sipstack/message/check.hpp"
#include "sipstack/message/contact.hpp"
#include "tests/torture/read_everything.hpp"

namespace sip::torture {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) ADD_FAILURE() << "cannot read " << path;
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// "sound", "drop", "400 Bad Via", "response kept", "unreadable bad line end".
std::string verdict(const std::string& wire) {
  const auto message = Message::parse(wire);
  if (!message) return "unreadable " + std::string{to_string(message.error().code)};
  if (!message->is_request())
    return check_response(*message) ? "response kept" : "response dropped";
  const auto fault = check_request(*message);
  if (fault.status == 0) return "sound";
  return fault.status < 0 ? "drop" : std::to_string(fault.status) + " " + fault.reason;
}

struct Sample {
  std::string verdict;
  std::string wire;
};

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

/// "# note", "= verdict", then the message.
Sample sample(const fs::path& path) {
  const auto text = read_file(path);
  const auto second = text.find("\n= ") + 3;
  const auto third = text.find('\n', second);
  return {text.substr(second, third - second), expand(std::string_view{text}.substr(third + 1))};
}

std::vector<std::string> sample_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator{SIPWAKE_TORTURE_MESSAGES})
    names.push_back(entry.path().stem().string());
  std::ranges::sort(names);
  return names;
}

class TortureTest : public testing::TestWithParam<std::string> {
 protected:
  Sample sample_{sample(fs::path{SIPWAKE_TORTURE_MESSAGES} / (GetParam() + ".sip"))};
};

TEST_P(TortureTest, GetsItsVerdict) { EXPECT_EQ(verdict(sample_.wire), sample_.verdict); }

TEST_P(TortureTest, IsReadInEveryWay) { EXPECT_EQ(read_everything(sample_.wire), ""); }

INSTANTIATE_TEST_SUITE_P(Own, TortureTest, testing::ValuesIn(sample_names()),
                         [](const auto& sample) { return sample.param; });

/// Where the messages of RFC 4475 and RFC 5118 are read.
fs::path originals() {
  const char* given = std::getenv("SIP_TORTURE_DIR");
  return given ? fs::path{given} : fs::path{SIPWAKE_SOURCE_DIR} / ".." / "shared" / "data";
}

struct Original {
  std::string name;
  std::string kind;
  std::string wire;
};

std::vector<Original> read_originals() {
  std::vector<Original> out;
  for (const auto* rfc : {"rfc4475", "rfc5118"}) {
    const auto folder = originals() / rfc;
    if (!fs::exists(folder / "manifest.json")) continue;
    const auto manifest = nlohmann::json::parse(read_file(folder / "manifest.json"));
    for (const auto& entry : manifest["cases"]) {
      const std::string file = entry["file"];
      out.push_back({file, entry["class"], read_file(folder / file)});
    }
  }
  return out;
}

class OriginalTortureTest : public testing::Test {
 protected:
  void SetUp() override {
    if (originals_.empty())
      GTEST_SKIP() << "no manifest.json in rfc4475 or rfc5118 under " << originals()
                   << " (set SIP_TORTURE_DIR); only our own messages were tried";
  }
  std::vector<Original> originals_{read_originals()};
};

/// Refused later, by the one whose header it is.
const std::set<std::string> left_to_the_registrar{"regbadct.dat"};

bool is_refused(const Original& original) {
  if (!left_to_the_registrar.contains(original.name)) return verdict(original.wire) != "sound";
  const auto message = Message::parse(original.wire);
  return message && !ContactView::parse(message->value(HeaderName::contact));
}

TEST_F(OriginalTortureTest, ValidOnesAreSound) {
  for (const auto& original : originals_) {
    // A wrong Require or Authorization is for those who read them.
    if (original.kind == "valid" || original.kind == "420" || original.kind == "401") {
      EXPECT_EQ(verdict(original.wire), "sound") << original.name;
    }
  }
}

TEST_F(OriginalTortureTest, InvalidOnesAreRefusedOrDropped) {
  for (const auto& original : originals_) {
    if (original.kind != "reject") continue;
    EXPECT_TRUE(is_refused(original)) << original.name << ": " << verdict(original.wire);
  }
}

TEST_F(OriginalTortureTest, SomeHaveAStatusOfTheirOwn) {
  for (const auto& original : originals_) {
    if (original.kind != "505" && original.kind != "416") continue;
    EXPECT_TRUE(verdict(original.wire).starts_with(original.kind)) << original.name;
  }
}

TEST_F(OriginalTortureTest, ResponsesAreNotTakenForRequests) {
  for (const auto& original : originals_) {
    if (original.kind != "response") continue;
    const auto found = verdict(original.wire);
    EXPECT_TRUE(found.starts_with("response") || found.starts_with("unreadable")) << original.name;
  }
}

TEST_F(OriginalTortureTest, AllAreReadInEveryWay) {
  for (const auto& original : originals_) {
    EXPECT_EQ(read_everything(original.wire), "") << original.name;
    EXPECT_EQ(read_stream(original.wire, 7), "") << original.name;
    if (original.kind == "lenient" || original.kind == "unreferenced")
      std::cout << "  " << original.name << ": " << verdict(original.wire) << '\n';
  }
}

}  // namespace
}  // namespace sip::torture
