#include "sipstack/message/error.hpp"

namespace sip {

std::string_view to_string(ParseErrc code) {
  switch (code) {
    case ParseErrc::none:
      return "no error";
    case ParseErrc::empty:
      return "empty message";
    case ParseErrc::too_large:
      return "message too large";
    case ParseErrc::bad_start_line:
      return "bad start line";
    case ParseErrc::bad_version:
      return "bad version";
    case ParseErrc::bad_line_end:
      return "bad line end";
    case ParseErrc::bad_header:
      return "bad header";
    case ParseErrc::too_many_headers:
      return "too many headers";
    case ParseErrc::bad_content_length:
      return "bad Content-Length";
    case ParseErrc::bad_uri:
      return "bad URI";
    case ParseErrc::bad_name_addr:
      return "bad address";
    case ParseErrc::bad_via:
      return "bad Via";
    case ParseErrc::bad_cseq:
      return "bad CSeq";
    case ParseErrc::bad_parameter:
      return "bad parameter";
    case ParseErrc::bad_number:
      return "bad number";
    case ParseErrc::bad_list:
      return "bad list";
  }
  return "unknown error";
}

}  // namespace sip
