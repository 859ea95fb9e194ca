import ICE
import Simulator
import Testing
import Wire
