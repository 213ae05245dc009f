#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace sip::torture {

/// A message of our own from tests/torture/messages.
struct Sample {
  std::string note;
  std::string verdict;  ///< of the parser
  std::string on_wire;  ///< status the server answers with, "-" for none; empty: follows from it
  std::string wire;
};
std::vector<std::string> sample_names();
Sample read_sample(const std::string& name);

/// An original message of RFC 4475 or RFC 5118, with what its manifest says of it.
struct Original {
  std::string name;
  std::string section;
  std::string kind;  ///< "valid", "reject", "lenient", ...
  std::vector<std::string> ok;
  std::string wire;
};
/// The folder that SIP_TORTURE_DIR names, else the one beside the project.
std::filesystem::path originals();
/// None when they are not there.
std::vector<Original> read_originals();

}  // namespace sip::torture
