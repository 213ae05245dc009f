#pragma once
#include <boost/system/result.hpp>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace sip {

enum class ParseErrc : std::uint8_t {
  none,
  empty,
  too_large,
  bad_start_line,
  bad_version,
  bad_line_end,
  bad_header,
  too_many_headers,
  bad_content_length,
  bad_uri,
  bad_name_addr,
  bad_via,
  bad_cseq,
  bad_parameter,
  bad_number,
  bad_list,
};

/// For log lines and reason phrases: "bad header".
std::string_view to_string(ParseErrc code);

/// What was wrong and at which byte of the parsed text, so that a log line can point at it.
struct ParseError {
  ParseErrc code{ParseErrc::none};
  std::uint32_t offset{0};
  ParseError() = default;
  explicit ParseError(ParseErrc c, std::size_t at = 0)
      : code{c}, offset{static_cast<std::uint32_t>(at)} {}
  bool operator==(const ParseError&) const = default;
};

[[noreturn]] inline void throw_exception_from_error(const ParseError&,
                                                    const boost::source_location&) {
  throw std::runtime_error{"SIP parse error"};
}

template <class T>
using Parsed = boost::system::result<T, ParseError>;

}  // namespace sip
