Attribute VB_Name = "XlplanPython"
Option Explicit

' Starts Python through xlwings, or says in one Vietnamese sentence why that cannot be.

Private found_ready As Boolean

Public Sub XlplanRun(ByVal macro As String)
    ' Runs a macro of xlplan.excel.macros for the active workbook. RunPython would do the same, but it shows
    ' English messages of its own.
    Dim obstacle As String
    obstacle = XlplanObstacle()
    If obstacle <> "" Then
        XlplanSay XlplanText(obstacle)
        Exit Sub
    End If
    On Error GoTo failed
    XLPy.SetAttr XLPy.Module("xlwings._xlwindows"), "BOOK_CALLER", ActiveWorkbook
    XLPy.Exec "import xlplan.excel.macros as m; m." & macro & "()"
    Exit Sub
failed:
    XlplanSay XlplanText("start_failed")
End Sub

Public Function XlplanPy() As Object
    ' Python for the functions in cells; an error where something stands in its way. Without this question xlwings
    ' would look for a Python and for its DLL wherever Windows finds one.
    Dim obstacle As String
    If Not found_ready Then
        obstacle = XlplanObstacle()
        If obstacle <> "" Then Err.Raise vbObjectError + 2, "xlplan", XlplanText(obstacle)
        found_ready = True
    End If
    Set XlplanPy = XLPy
End Function

Public Function XlplanObstacle() As String
    ' What stands in the way of Python on this machine: a key of XlplanText, or nothing.
    #If Mac Then
        XlplanObstacle = "only_windows"
    #Else
        Dim conf As String, interpreter As String
        On Error GoTo unknown
        If ActiveWorkbook Is Nothing Then
            XlplanObstacle = "no_workbook"
            Exit Function
        End If
        conf = GetConfigFilePath()
        If Not XlplanExists(conf) Then
            XlplanObstacle = "not_installed"
            Exit Function
        End If
        interpreter = GetConfig("INTERPRETER_WIN", "")
        If Not XlplanExists(interpreter) Then XlplanObstacle = "no_interpreter"
        Exit Function
unknown:
        XlplanObstacle = "not_installed"
    #End If
End Function

Private Function XlplanExists(ByVal path As String) As Boolean
    XlplanExists = False
    If path = "" Then Exit Function
    On Error Resume Next
    XlplanExists = (Dir(path) <> "")
End Function

Public Function XlplanResult(ByVal found As Variant) As Variant
    ' What a function gives its cells: errors as errors, and blanks where an array formula covers more cells.
    Dim result() As Variant, row As Long, column As Long, height As Long, width As Long, tall As Long, wide As Long
    If Not IsArray(found) Then
        XlplanResult = XlplanError(found)
        Exit Function
    End If
    height = UBound(found, 1) - LBound(found, 1) + 1
    width = UBound(found, 2) - LBound(found, 2) + 1
    If height = 1 And width = 1 Then
        XlplanResult = XlplanError(found(LBound(found, 1), LBound(found, 2)))
        Exit Function
    End If
    tall = height
    wide = width
    XlplanWiden tall, wide
    ReDim result(1 To tall, 1 To wide)
    For row = 1 To tall
        For column = 1 To wide
            If row <= height And column <= width Then
                result(row, column) = XlplanError(found(LBound(found, 1) + row - 1, LBound(found, 2) + column - 1))
            Else
                result(row, column) = ""
            End If
        Next column
    Next row
    XlplanResult = result
End Function

Private Sub XlplanWiden(ByRef tall As Long, ByRef wide As Long)
    ' To the range of the array formula that asks, if one does.
    Dim asking As Range
    On Error Resume Next
    If Not TypeOf Application.Caller Is Range Then Exit Sub
    Set asking = Application.Caller
    If asking.Rows.Count > tall Then tall = asking.Rows.Count
    If asking.Columns.Count > wide Then wide = asking.Columns.Count
End Sub

Public Function GN_TRANGTHAI() As String
    ' The state of Python on this machine as a sentence, for a cell; needs no Python itself.
    Dim obstacle As String
    obstacle = XlplanObstacle()
    If obstacle = "" Then obstacle = "ready"
    GN_TRANGTHAI = XlplanText(obstacle)
End Function

Public Sub XlplanRefreshState()
    ' On opening: the state may be that of another machine. Where it has become ready, the functions compute anew.
    Dim page As Worksheet, place As Range, before As String
    For Each page In ThisWorkbook.Worksheets
        Set place = page.UsedRange.Find(What:="GN_TRANGTHAI", LookIn:=xlFormulas, LookAt:=xlPart)
        If Not place Is Nothing Then
            before = CStr(place.Text)
            place.Calculate
            If CStr(place.Text) <> before And XlplanObstacle() = "" Then
                page.UsedRange.Dirty
                page.Calculate
            End If
        End If
    Next page
End Sub

Public Sub XlplanDoiThanhGiaTri()
    ' Turns the GN_ functions of the active sheet into what they show; needs no Python. For a machine on which
    ' they cannot be computed any more.
    Dim used As Range, row As Long, column As Long
    Set used = ActiveSheet.UsedRange
    For row = 1 To used.Rows.Count
        For column = 1 To used.Columns.Count
            XlplanFreeze used.Cells(row, column)
        Next column
    Next row
End Sub

Private Sub XlplanFreeze(ByVal place As Range)
    ' A cell that cannot be changed (a protected sheet) stays as it is.
    Dim area As Range, inArray As Boolean, shown As Variant
    On Error Resume Next
    If InStr(1, UCase(CStr(place.Formula)), "GN_") = 0 Then Exit Sub
    Set area = place
    inArray = False
    inArray = place.HasArray
    If inArray Then Set area = place.CurrentArray
    shown = area.Value
    area.Value = shown
End Sub

Public Function XlplanDecode(ByVal escaped As String) As String
    ' "\u1EC3" becomes the letter of that code point; this file is plain ASCII.
    Dim at As Long, found As Long, result As String
    at = 1
    Do
        found = InStr(at, escaped, "\u")
        If found = 0 Then Exit Do
        result = result & Mid(escaped, at, found - at) & ChrW(CLng("&H" & Mid(escaped, found + 2, 4)))
        at = found + 6
    Loop
    XlplanDecode = result & Mid(escaped, at)
End Function
