#pragma once
#include <string>

namespace sip::torture {

/// Reads bytes as one message in every way the server may: parse, check, every view on every value,
/// the copy a proxy forwards, a response. Empty, or the promise that was found broken.
std::string read_everything(const std::string& wire);

/// The same for a stream: what the framer cuts must be what Message::parse frames.
std::string read_stream(const std::string& stream, std::size_t chunk);

}  // namespace sip::torture
